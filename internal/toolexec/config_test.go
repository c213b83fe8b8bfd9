package toolexec

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestConfig(t *testing.T) {
	tests := []struct {
		name, text string
		flag       []string
		want       []string
		err        string // behind the file's name
	}{
		{name: "empty"},
		{name: "a comment", text: "# nothing\n"},
		{name: "a list", text: "scope:\n  - a/...\n  - b\n", want: []string{"a/...", "b"}},
		{name: "a flag wins", text: "scope: [a]", flag: []string{"c"}, want: []string{"c"}},
		{name: "an empty list", text: "scope: []"},
		{name: "unknown key", text: "scope: [a]\n\nscoop: [b]\n", err: `:3: unknown key "scoop"; the keys are: scope, bind, fresh, inherit, without`},
		{name: "key twice", text: "scope: [a]\nscope: [b]\n", err: `:2: mapping key "scope" already defined at line 1`},
		{name: "a scalar", text: "scope: a", err: ":1: scope is a list; write each pattern on a line of its own, behind a dash"},
		{name: "a mapping", text: "scope:\n  - {a: b}\n", err: ":2: scope is a list of import path patterns; write ones like example.com/app/... instead"},
		{name: "a folder", text: "scope:\n  - a\n  - ./b\n", err: `:3: "./b" is not an import path pattern; write one like example.com/app/... instead`},
		{name: "a path", text: "scope: [/b]", err: `:1: "/b" is not an import path pattern; write one like example.com/app/... instead`},
		{name: "all", text: "scope: [all]", err: `:1: "all" is not an import path pattern; write ... for every package`},
		{name: "std", text: "scope: [std]", err: `:1: "std" is never woven, whatever the scope; leave it out`},
		{name: "not a mapping", text: "- a", err: ":1: not a key and its value; the keys are: scope, bind, fresh, inherit, without"},
		{name: "not YAML", text: "scope: [a\nb: c", err: ":1: not YAML: did not find expected ',' or ']'; correct that line"},
		{name: "two documents", text: "scope: [a]\n---\nscope: [b]\n", err: ": holds more than one document; keep one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "drift.yaml")
			if err := os.WriteFile(name, []byte(tt.text), 0o666); err != nil {
				t.Fatal(err)
			}
			c := &Config{File: name, Scope: tt.flag}
			err := c.load()
			if tt.err != "" {
				if err == nil || err.Error() != name+tt.err {
					t.Errorf("got %v, want %s", err, name+tt.err)
				}
				return
			}
			if err != nil || !slices.Equal(c.Scope, tt.want) || string(c.text) != tt.text {
				t.Errorf("got %q, %v, want %q", c.Scope, err, tt.want)
			}
		})
	}
}

func TestSplitCommand(t *testing.T) {
	tests := []struct {
		in   string
		want []string
		err  string
	}{
		{in: "  "},
		{in: "tool -x  -y", want: []string{"tool", "-x", "-y"}},
		{in: `'/a b/tool' "-x=it's"`, want: []string{"/a b/tool", "-x=it's"}},
		{in: `-x='a'`, want: []string{"-x='a'"}},
		{in: `''`, want: []string{""}},
		{in: `tool "a`, err: `-next: unterminated "; close it`},
	}
	for _, tt := range tests {
		got, err := SplitCommand(tt.in)
		if tt.err != "" {
			if err == nil || err.Error() != tt.err {
				t.Errorf("%s: %v, want %s", tt.in, err, tt.err)
			}
		} else if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestPrintReport(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "report")
	line := func(file string) string {
		return `{"package":"x","sites":[{"kind":"spawn","file":"` + file + `","line":3,"column":2,"func":"f"},{"kind":"spawn","file":"` + file + `","line":20,"func":"f","reason":"why not"}]}` + "\n"
	}
	text := line("/elsewhere/b.go") + line("/here/a.go") + line("/elsewhere/b.go")
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := PrintReport(&b, name, "/here"); err != nil {
		t.Fatal(err)
	}
	want := `spawn  /elsewhere/b.go:3:2  f  woven
spawn  /elsewhere/b.go:20   f  why not
spawn  a.go:3:2             f  woven
spawn  a.go:20              f  why not
2 woven, 2 left alone
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
}
