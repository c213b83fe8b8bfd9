package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	root := t.TempDir()
	hooks := filepath.Join(root, "hooks")
	if err := os.Mkdir(hooks, 0o777); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../hooks/hooks.go")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(hooks, "hooks.go"), text, 0o666); err != nil {
		t.Fatal(err)
	}
	version := func(string) (string, error) { return "v1.2.3", nil }
	for _, test := range []struct{ name, module, pkg, want string }{
		{"", "", "", "usage: "},
		{"Tunny", "example.com/tunny", "", `"Tunny": NAME is a package's`},
		{"tunny", "example.com/tunny", "example.com/other", "package example.com/other is not in module example.com/tunny"},
		{"mole", "example.com/mole", "", ""},
		{"mole", "example.com/mole", "", "is there already"},
		{"zulu", "example.com/zulu", "example.com/zulu/pool", ""},
	} {
		got := ""
		if err := run(root, test.name, test.module, test.pkg, version); err != nil {
			got = err.Error()
		}
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	listed, err := os.ReadFile(filepath.Join(hooks, "hooks.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\tlogs.Rules,\n\tmole.Rules,\n\tmultierror.Rules,\n", "hooks/logs\"\n\t\"github.com/drift-go/drift-toolexec/hooks/mole\"\n",
		"\tworkerpool.Rules,\n\tzulu.Rules,\n}", "func() []*rule.Rule{\n\tgoruntime.Rules,\n",
	} {
		if !strings.Contains(string(listed), want) {
			t.Errorf("hooks.go does not hold %q", want)
		}
	}
	rule, err := os.ReadFile(filepath.Join(hooks, "zulu", "rule.go"))
	if err != nil || !strings.Contains(string(rule), `const pkg = "example.com/zulu/pool"`) || !strings.Contains(string(rule), `[]string{"v1.2.3"}`) {
		t.Errorf("rule.go: %v\n%s", err, rule)
	}
}
