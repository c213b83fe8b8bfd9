package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const plainOutline = `
GET /b
	b.Right
		b.leaf
	b.Also
GET /a
cache.Get
cache.Get
load
	read
POST /a
cache.Get
load
	read
load
	write
`

const wovenOutline = `
GET /a
	cache.Get
	load
		read
POST /a
	cache.Get
	load
		read
	load
		write
GET /b
	b.Right
		b.leaf
	b.Also
		cache.Get
`

func TestRender(t *testing.T) {
	plain := newColumn("plain: go build", growForest(t, plainOutline))
	woven := newColumn("woven: go build -toolexec=drift-toolexec", growForest(t, wovenOutline))
	long := newColumn("woven", growForest(t, "GET /a\n\t"+strings.Repeat("long", 30)))
	for _, tt := range []struct {
		golden string
		cols   []column
		width  int
		colour bool
	}{
		{"side_by_side", []column{plain, woven}, 100, false},
		{"colour", []column{plain, woven}, 120, true},
		{"stacked", []column{plain, woven}, 99, false},
		{"plain_only", []column{plain}, 120, false},
		{"cut", []column{long, long}, 100, false},
	} {
		t.Run(tt.golden, func(t *testing.T) {
			got := render(tt.cols, tt.width, tt.colour)
			if tt.width >= minSideBySide && !tt.colour {
				for l := range strings.Lines(got) {
					if n := utf8.RuneCountInString(strings.TrimSuffix(l, "\n")); n > tt.width {
						t.Errorf("line of %d columns, the terminal has %d: %s", n, tt.width, l)
					}
				}
			}
			golden(t, tt.golden, got)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run go test -update", err)
	}
	if got != string(want) {
		t.Errorf("%s differs: see go test -update\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}
