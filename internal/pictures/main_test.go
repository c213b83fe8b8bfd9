package main

import (
	"os"
	"testing"
)

func TestFresh(t *testing.T) {
	for name, want := range pictures() {
		if got, err := os.ReadFile("../../docs/img/" + name); err != nil || string(got) != want {
			t.Errorf("docs/img/%s is not what is drawn; run make pictures", name)
		}
	}
}
