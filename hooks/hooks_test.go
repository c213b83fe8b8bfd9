package hooks

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/mod/semver"

	_ "go.opentelemetry.io/otel/sdk/trace" // at the oldest release that is supported

	"github.com/drift-go/drift-toolexec/hooks/otel"
	"github.com/drift-go/drift-toolexec/hooks/rt"
	"github.com/drift-go/drift-toolexec/weave"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Every rule is documented, and lands on the release at hand of what it
// patches: the go command's own, and the oldest OpenTelemetry. The scripts
// build the others.
func TestRulesLand(t *testing.T) {
	for _, r := range All() {
		t.Run(r.Name+" "+r.Package, func(t *testing.T) {
			if err := r.Check(); err != nil {
				t.Error(err)
			}
			for _, p := range r.Patches {
				if p.Doc == "" {
					t.Errorf("a patch of %s lacks a Doc", p.In)
				}
			}
			if r.Module != "" && r.Module != otel.Module && r.Module != rt.Module {
				return // not in go.mod: its script builds it
			}
			out, err := exec.Command("go", "list", "-f", "{{.Dir}}\n{{with .Module}}{{.Version}}{{end}}{{range .GoFiles}}\n{{.}}{{end}}", r.Package).Output()
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			var srcs []weave.Source
			release := lines[1]
			if r.Std {
				release = "v" + strings.TrimPrefix(runtime.Version(), "go")
			}
			if !semver.IsValid(release) && r.Module != rt.Module {
				t.Errorf("release %q: a patch with a Since could be missing", release)
			}
			for _, name := range lines[2:] {
				path := filepath.Join(lines[0], name)
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				srcs = append(srcs, weave.Source{Path: path, Src: text})
			}
			res, err := weave.Weave(&weave.Package{Path: r.Package, Release: release, Vital: true, Rules: []*rule.Rule{r}, Sources: srcs})
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
