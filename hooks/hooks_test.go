package hooks

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "go.opentelemetry.io/otel/sdk/trace" // at the oldest release that is supported

	"github.com/drift-go/drift-toolexec/weave"
)

// Every rule is documented, and lands on the release at hand of what it
// patches: the go command's own, and the oldest OpenTelemetry. The scripts
// build the others.
func TestRulesLand(t *testing.T) {
	for _, r := range All() {
		t.Run(r.Name+" "+r.Package, func(t *testing.T) {
			if r.Name == "" || r.Doc == "" || len(r.Tried) == 0 {
				t.Error("a rule says what it is called, what the user gets by it and what it was tried on")
			}
			for _, p := range r.Patches {
				if p.Doc == "" || strings.ContainsRune(p.Code, '\n') {
					t.Errorf("patch %q of %s: it says what it is for, and is one line", p.Doc, p.In)
				}
			}
			out, err := exec.Command("go", "list", "-f", "{{.Dir}}{{range .GoFiles}}\n{{.}}{{end}}", r.Package).Output()
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			var srcs []weave.Source
			for _, name := range lines[1:] {
				path := filepath.Join(lines[0], name)
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				srcs = append(srcs, weave.Source{Path: path, Src: text})
			}
			res, err := weave.ApplyRule(r, srcs)
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range res.Files {
				if _, err := parser.ParseFile(token.NewFileSet(), srcs[i].Path, text, 0); err != nil {
					t.Errorf("woven: %v", err)
				}
			}
			if For(r.Package, r.Std) == nil || For(r.Package, !r.Std) != nil {
				t.Error("not found by its package")
			}
		})
	}
}
