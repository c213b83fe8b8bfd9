package toolexec

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drift-go/drift-toolexec/hooks"
)

func TestConfig(t *testing.T) {
	tests := []struct {
		name, text string
		flag       []string
		want       []string
		err        string // after the file's name
	}{
		{name: "empty"},
		{name: "a comment", text: "# nothing\n"},
		{name: "a list", text: "scope:\n  - a/...\n  - b\n", want: []string{"a/...", "b"}},
		{name: "a flag wins", text: "scope: [a]", flag: []string{"c"}, want: []string{"c"}},
		{name: "an empty list", text: "scope: []"},
		{name: "channels", text: "channels: maybe\n", err: ":1: channels is on or off, or off: and a list of import path patterns; write one of these"},

		{name: "workers", text: "workers:\n  inherit: [{a: b}]\n", err: ":2: workers: inherit is a list of import path patterns; write ones like example.com/app/... instead"},
		{name: "unknown key", text: "scope: [a]\n\nscoop: [b]\n", err: `:3: unknown key "scoop"; the keys are: scope, bind, fresh, inherit, logs, without, hooks, wire, background, channels, workers`},
		{name: "key twice", text: "scope: [a]\nscope: [b]\n", err: `:2: mapping key "scope" already defined at line 1`},
		{name: "a scalar", text: "scope: a", err: ":1: scope is a list; write each pattern on a line of its own, after a dash"},
		{name: "a mapping", text: "scope:\n  - {a: b}\n", err: ":2: scope is a list of import path patterns; write ones like example.com/app/... instead"},
		{name: "a folder", text: "scope:\n  - a\n  - ./b\n", err: `:3: "./b" is not an import path pattern; write one like example.com/app/... instead`},
		{name: "a path", text: "scope: [/b]", err: `:1: "/b" is not an import path pattern; write one like example.com/app/... instead`},
		{name: "all", text: "scope: [all]", err: `:1: "all" is not an import path pattern; write ... for every package`},
		{name: "std", text: "scope: [std]", err: `:1: "std" is never woven, whatever the scope; leave it out`},
		{name: "not a mapping", text: "- a", err: ":1: not a key and its value; the keys are: scope, bind, fresh, inherit, logs, without, hooks, wire, background, channels, workers"},
		{name: "not YAML", text: "scope: [a\nb: c", err: ":1: not YAML: did not find expected ',' or ']'; correct that line"},
		{name: "wire", text: "wire:\n  exclude: [a.example, \"*.b.example\", a.example:80, \"http://\"]\n  messages: link\n  child-baggage: true\n"},
		{name: "wire, a key", text: "wire:\n  excludes: []\n", err: `:2: unknown key "excludes" of wire; the keys are: exclude, messages, incoming, baggage, child-baggage`},
		{name: "wire, a host", text: "wire:\n  exclude:\n    - http://a/b\n", err: `:3: "http://a/b" is no host for exclude; write one as example.com, example.com:4318, *.example.com or, for a scheme, http://`},
		{name: "wire, messages", text: "wire: {messages: both}", err: `:1: messages is parent or link, not "both"`},
		{name: "wire, peers", text: "wire:\n  incoming: off\n  baggage: [a.example, messages, child, incoming]\n"},
		{name: "wire, incoming", text: "wire: {incoming: root}", err: `:1: incoming is parent, link or off, not "root"`},
		{name: "wire, peers' form", text: "wire: {baggage: true}", err: `:1: baggage is a list of hosts; write them as [example.com, "*.example.net", messages, child, incoming]`},
		{name: "wire, baggage", text: "wire: {child-baggage: some}", err: `:1: child-baggage is true or false, not "some"`},
		{name: "without", text: "without: [antz]", err: `:1: no hook "antz" to do without; the hooks are: ` + strings.Join(hooks.Optional(), ", ")},
		{name: "strict", text: "hooks: strict\n"},
		{name: "neither", text: "scope: [a]\nhooks: loose\n", err: `:2: hooks is strict or lenient, not "loose"`},
		{name: "hooks, a list", text: "hooks: [strict]\n", err: `:1: hooks is strict or lenient, not ""`},
		{name: "bind, a key", text: "bind:\n  - fun: a.b/c.D\n", err: `:2: unknown key "fun" of bind; the keys are: func, param`},
		{name: "bind, half", text: "bind:\n  - func: a.b/c.D\n", err: `:2: bind wants both a func and its param; write it as {func: (*example.com/app/queue.Queue).Enqueue, param: task}`},
		{name: "fresh, no name", text: "fresh: [queue]", err: `:1: "queue" is no function's full name; write it as example.com/app.Run or (*example.com/app.Queue).Enqueue`},
		{name: "logs, a scalar", text: "logs: a.b/c\n", err: ":1: fresh, inherit and logs are lists of functions; write each on a line of its own, after a dash"},
		{name: "inherit, Go's own", text: "inherit: [time.AfterFunc]", err: `:1: time.AfterFunc is Go's own: its functions are woven where your code calls them; leave it out`},
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
