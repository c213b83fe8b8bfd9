package toolexec

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

func TestVersionLine(t *testing.T) {
	const devel = "compile version devel go1.28-abcdef Mon Jan 2 buildID="
	tests := []struct{ line, want string }{
		{"compile version go1.26.8\n", "compile version go1.26.8 drift D"},
		{"compile version go1.26.8 X:nocoverageredesign\n", "compile version go1.26.8 X:nocoverageredesign drift D"},
		{"compile version go1.26.8 other 1 drift E", "compile version go1.26.8 other 1 drift E drift D"},
	}
	for _, tt := range tests {
		if got := versionLine(tt.line, "D"); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.line, got, tt.want)
		}
	}
	// Of a development release the go command takes what follows the last
	// slash: it must depend on the compiler and on us.
	ids := map[string]bool{}
	for _, id := range []string{"a/b", "a/c"} {
		for _, digest := range []string{"D", "E"} {
			line := versionLine(devel+id, digest)
			f := strings.Fields(line)
			last := f[len(f)-1]
			if !strings.HasPrefix(line, "compile version devel go1.28-abcdef ") || !strings.HasPrefix(last, "buildID=") {
				t.Errorf("%q has lost its form", line)
			}
			ids[last[strings.LastIndexByte(last, '/'):]] = true
		}
	}
	if len(ids) != 4 {
		t.Errorf("got %d different IDs, want 4: %v", len(ids), ids)
	}
}

func TestDigest(t *testing.T) {
	t.Setenv(UnsupportedEnv, "")
	of := func(c *Config) string {
		t.Helper()
		d, err := c.digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	seen := map[string]string{}
	differ := func(what string, c *Config) {
		t.Helper()
		d := of(c)
		if was, ok := seen[d]; ok {
			t.Errorf("%s has the digest of %s", what, was)
		}
		seen[d] = what
		for range 20 {
			if again := of(c); again != d {
				t.Errorf("%s: %s, then %s", what, d, again)
			}
		}
	}
	differ("nothing", &Config{})
	differ("a scope", &Config{Scope: []string{"a", "b"}})
	differ("a longer scope", &Config{Scope: []string{"a", "b", "c"}})
	differ("another split", &Config{Scope: []string{"a b"}})
	differ("a file", &Config{text: []byte("scope: []")})
	differ("another file", &Config{text: []byte("scope: [] # same")})
	if of(&Config{Report: "r", Next: []string{"n"}, File: "f"}) != of(&Config{}) {
		t.Error("what changes no output changes the digest")
	}
	t.Setenv(UnsupportedEnv, "1")
	differ("an unsupported release", &Config{})
}

func TestCheckGo(t *testing.T) {
	tests := []struct{ release, unsupported, err string }{
		{"go1.25", "", ""},
		{"compile version " + runtime.Version(), "", ""},
		{"compile version devel go1.25-abc123 Mon Jan 2", "", ""},
		{"go1.24.9", "", "go1.24.9 is not a supported Go release (1.25, 1.26, 1.27 are); build with one of these, or set DRIFT_UNSUPPORTED_GO=1 to try all the same"},
		{"go1.2", "", "go1.2 is not a supported Go release (1.25, 1.26, 1.27 are); build with one of these, or set DRIFT_UNSUPPORTED_GO=1 to try all the same"},
		{"gibberish\n", "", "gibberish is not a supported Go release (1.25, 1.26, 1.27 are); build with one of these, or set DRIFT_UNSUPPORTED_GO=1 to try all the same"},
		{"go1.24.9", "1", ""},
		{"go1.24.9", "yes", "go1.24.9 is not a supported Go release (1.25, 1.26, 1.27 are); build with one of these, or set DRIFT_UNSUPPORTED_GO=1 to try all the same"},
	}
	for _, tt := range tests {
		t.Setenv(UnsupportedEnv, tt.unsupported)
		got := ""
		if err := checkGo(tt.release); err != nil {
			got = err.Error()
		}
		if got != tt.err {
			t.Errorf("%q: %s, want %s", tt.release, got, tt.err)
		}
	}
	t.Setenv(UnsupportedEnv, "1")
	if err := checkGo("go1.999"); err == nil || !strings.HasPrefix(err.Error(), "go1.999 is newer than go1.") {
		t.Errorf("a newer release: %v", err)
	}
}

// A test binary has a build ID as any other does.
func TestGoBuildID(t *testing.T) {
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if id := goBuildID(f); strings.Count(id, "/") != 3 {
		t.Errorf("got %q, want four parts", id)
	}
}
