// Package layout asserts what holds for the tree as a whole: which package may
// import which, and that everything generated is fresh.
package layout

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/drift-go/drift-toolexec"

// arrows says what each part of the tree may import of the others (docs/adr).
// A hook's injected files are compiled where they lie and belong to no arrow.
var arrows = map[string][]string{
	"cmd":               {"internal/toolexec", "internal/cli"},
	"internal/cli":      {"internal/toolexec", "internal/report"},
	"internal/report":   {"internal/toolexec", "weave"},
	"internal/toolexec": {"weave", "weave/rule", "hooks"},
	"weave":             {"weave/rule", "weave/pass", "weave/patch", "weave/extent", "weave/ask", "weave/span", "weave/message", "weave/channel", "weave/serve", "weave/spawn", "weave/handoff"},
	"hooks":             {"weave/rule", "rt", "hooks"},
	"rt":                {},
	"examples":          {},
	"testscripts":       {"hooks", "weave/rule"},
	"internal/layout":   {},
	"internal/newhook":  {},
	"internal/pictures": {},
	"internal/release":  {},
	"internal/seam":     {},

	// The floors of weave. A source of what becomes current (span, message, channel)
	// knows of no other.
	"weave/splice":  {},
	"weave/rule":    {},
	"weave/pass":    {"internal/seam", "weave/splice", "weave/rule"},
	"weave/patch":   {"internal/seam", "weave/pass", "weave/splice", "weave/rule"},
	"weave/extent":  {"internal/seam", "weave/pass", "weave/splice"},
	"weave/ask":     {"internal/seam", "weave/pass", "weave/splice", "weave/rule"},
	"weave/span":    {"internal/seam", "weave/extent", "weave/pass", "weave/splice"},
	"weave/message": {"internal/seam", "weave/extent", "weave/pass", "weave/splice", "weave/rule"},
	"weave/channel": {"internal/seam", "weave/extent", "weave/pass", "weave/splice"},
	"weave/serve":   {"internal/seam", "weave/extent", "weave/message", "weave/pass", "weave/splice"},
	"weave/spawn":   {"internal/seam", "weave/serve", "weave/pass", "weave/splice", "weave/rule"},
	"weave/handoff": {"internal/seam", "weave/spawn", "weave/serve", "weave/extent", "weave/pass", "weave/splice", "weave/rule"},
}

// inTests says what else the tests of a part may import.
var inTests = map[string][]string{
	"hooks": {"weave", "internal/seam"},
	"weave": {"internal/seam"},
}

// outside says what of other modules each part may import; ... for all below.
var outside = map[string][]string{
	"cmd":               {},
	"internal/cli":      {"github.com/urfave/cli/v3"},
	"internal/report":   {"github.com/rogpeppe/go-internal/diff"},
	"internal/toolexec": {"go.yaml.in/yaml/v3", "golang.org/x/mod/module"},
	"weave":             {"golang.org/x/tools/...", "golang.org/x/mod/semver"},
	"hooks":             {"go.opentelemetry.io/otel/...", "golang.org/x/mod/semver"},
	"rt":                {"go.opentelemetry.io/otel/...", "golang.org/x/sync/..."},
	"examples":          {},
	"testscripts":       {"github.com/rogpeppe/go-internal/...", "golang.org/x/mod/module", "golang.org/x/mod/semver", "golang.org/x/mod/zip"},
	"internal/layout":   {},
	"internal/newhook":  {},
	"internal/pictures": {},
	"internal/release":  {"golang.org/x/mod/module"},
	"internal/seam":     {},
}

// forbidden are packages of Go's own that a part does without.
var forbidden = map[string][]string{
	"weave": {"os", "os/exec", "net"},
	"hooks": {"os/exec", "net"},
}

type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// part returns the part that a package belongs to: the innermost one.
func part(path string) string {
	rel, in := strings.TrimPrefix(path, module+"/"), ""
	for p := range arrows {
		if (rel == p || strings.HasPrefix(rel, p+"/")) && len(p) > len(in) {
			in = p
		}
	}
	return in
}

// rules returns what a table says of a part, or of the one it is in.
func rules(table map[string][]string, part string) []string {
	for {
		if list, ok := table[part]; ok {
			return list
		}
		i := strings.LastIndexByte(part, '/')
		if i < 0 {
			return nil
		}
		part = part[:i]
	}
}

func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(out)))
	for d.More() {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		from := part(p.ImportPath)
		if from == "" {
			t.Errorf("%s belongs to no part of the layout: give it one in internal/layout", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			checkImport(t, p, from, imp, nil)
		}
		for _, imp := range append(p.TestImports, p.XTestImports...) {
			checkImport(t, p, from, imp, inTests[from])
		}
		for _, imp := range p.Imports {
			if strings.Contains(p.ImportPath, "/inject") {
				continue // stands in for another package
			}
			for _, f := range rules(forbidden, from) {
				if imp == f {
					t.Errorf("%s imports %s", p.ImportPath, imp)
				}
			}
		}
	}
}

func checkImport(t *testing.T, p listed, from, imp string, also []string) {
	first, _, _ := strings.Cut(imp, "/")
	if !strings.Contains(first, ".") {
		return
	}
	if strings.HasPrefix(imp, module+"/") {
		if to := part(imp); to != from && !contains(arrows[from], to) && !contains(also, to) {
			t.Errorf("%s imports %s: no arrow leads from %s to %s", p.ImportPath, imp, from, to)
		}
		return
	}
	for _, o := range rules(outside, from) {
		if o == imp || strings.HasSuffix(o, "/...") && strings.HasPrefix(imp+"/", strings.TrimSuffix(o, "...")) {
			return
		}
	}
	t.Errorf("%s imports %s, which %s may not", p.ImportPath, imp, from)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// TestRootModule asserts that the root module requires no hooked library: who
// imports rt would have their own versions of it raised to ours.
func TestRootModule(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{if not .Indirect}}{{.Path}}{{end}}", "all").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{
		module,
		"github.com/rogpeppe/go-internal", "github.com/urfave/cli/v3",
		"go.opentelemetry.io/otel", "go.opentelemetry.io/otel/metric", "go.opentelemetry.io/otel/sdk", "go.opentelemetry.io/otel/trace",
		"go.yaml.in/yaml/v3",
		"golang.org/x/mod", "golang.org/x/sync", "golang.org/x/tools",
	}
	for _, m := range strings.Fields(string(out)) {
		if !contains(allowed, m) {
			t.Errorf("go.mod requires %s directly: CONTRIBUTING.md says what a new dependency needs", m)
		}
	}
}
