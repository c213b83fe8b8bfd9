package testscripts

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The line that keys the go command's cache is the same from process to
// process: one that is not would build everything again.
func TestVersionStable(t *testing.T) {
	dir, err := exec.Command("go", "env", "GOTOOLDIR").Output()
	if err != nil {
		t.Fatal(err)
	}
	compile := filepath.Join(strings.TrimSpace(string(dir)), "compile")
	want := ""
	for range 20 {
		out, err := exec.Command(filepath.Join(tool, "drift-toolexec"), "-scope=a,b", compile, "-V=full").Output()
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = string(out)
		}
		if string(out) != want {
			t.Errorf("%q, then %q", want, out)
		}
	}
}
