package hooks

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

var update = flag.Bool("update", false, "rewrite docs/hooks.md")

// TestDocs checks that docs/hooks.md is what the rules say.
func TestDocs(t *testing.T) {
	const name = "../docs/hooks.md"
	want := document(All())
	if *update {
		if err := os.WriteFile(name, want, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the rules say; run make hooks", name)
	}
}

// document writes docs/hooks.md.
func document(rules []*rule.Rule) []byte {
	var b bytes.Buffer
	b.WriteString(`# Hooks

This is what is woven beyond your own code. ` + "`make hooks`" + ` makes the page from the rules.
A package that has a hook is compiled as the hook says, whether it is in scope or not.

If a release of a library has another shape than the hook knows, the hook is left out. A
warning says which hook, and which releases it was tried on. ` + "`hooks: strict`" + ` in the
[configuration](configuration.md#hooks-that-do-not-fit) fails the build instead, and
` + "`without: [name]`" + ` leaves a hook out anyway. Where Go itself or OpenTelemetry has another
shape, the build always fails.

`)
	section := func(title, intro string, pick func(r *rule.Rule) bool) {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n| hook | package | tried on | in the trace | targets |\n|---|---|---|---|---|\n", title, intro)
		for _, r := range rules {
			if pick(r) {
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.Name, r.Package, strings.Join(r.Tried, ", "), r.Doc, strings.Join(targets(r), "<br>"))
			}
		}
		b.WriteByte('\n')
	}
	const mark = "**mark**: calls in your own code hand the current context on; those of libraries do not."
	section("Libraries", strings.Join([]string{
		"The targets are functions, and what the hook does to them:\n",
		"- **bind**: the func that this parameter is given runs under what was current there.",
		"- **inherit**: goroutines that are started here inherit what is current.",
		"- **fresh**: goroutines that are started here inherit nothing.",
		"- **asks**: logs the current span for a ctx that has none.",
		"- " + mark,
		"\nA hook without targets is written out as patches, or keeps the package's goroutines fresh by being there.",
	}, "\n"),
		Library)
	section("Go itself, OpenTelemetry, drift", mark,
		func(r *rule.Rule) bool { return !Library(r) })
	return append(bytes.TrimRight(b.Bytes(), "\n"), '\n')
}

// targets lists what a rule names, without the package's path.
func targets(r *rule.Rule) []string {
	var list []string
	add := func(kind, full, param, since, until string) {
		_, name, _ := rule.SplitFunc(full)
		line := fmt.Sprintf("%s `%s`", kind, name)
		if full == r.Package {
			line = kind + " the whole package"
		}
		if param != "" {
			line += " " + param
		}
		if since != "" {
			line += " since " + since
		}
		if until != "" {
			line += " until " + until
		}
		list = append(list, line)
	}
	for _, t := range r.Bind {
		add("bind", t.Func, t.Param, t.Since, t.Until)
	}
	for _, t := range r.Inherit {
		add("inherit", t.Func, "", t.Since, t.Until)
	}
	for _, t := range r.Fresh {
		add("fresh", t.Func, "", t.Since, t.Until)
	}
	for _, t := range r.Asks {
		add("asks", t.Func, "", t.Since, t.Until)
	}
	for _, m := range r.Callers.Marks {
		add("mark", m, "", "", "")
	}
	return list
}
