package hooks

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/semver"

	_ "go.opentelemetry.io/otel/sdk/trace" // at the oldest release that is supported

	"github.com/drift-go/drift-toolexec/hooks/otel"
	"github.com/drift-go/drift-toolexec/hooks/rt"
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
			checkTargets(t, r)
			checkGroups(t, r)
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
			res, err := weave.Weave(&weave.Package{Path: r.Package, Release: release, Vital: true, Rules: []*weave.Rule{r}, Sources: srcs})
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

// checkGroups checks that of patches that stand in for each other, those of one
// Since and Until are for each release, and no others.
func checkGroups(t *testing.T, r *weave.Rule) {
	for _, release := range r.Tried {
		if !strings.HasPrefix(release, "v") {
			release = "v" + release
		}
		variants := map[string]map[string]bool{}
		for _, p := range r.Patches {
			if p.Group == "" {
				continue
			}
			if variants[p.Group] == nil {
				variants[p.Group] = map[string]bool{}
			}
			if p.Since != "" && semver.Compare(release, p.Since) < 0 || p.Until != "" && semver.Compare(release, p.Until) >= 0 {
				continue
			}
			variants[p.Group][p.Since+" "+p.Until] = true
		}
		for group, v := range variants {
			if len(v) != 1 {
				t.Errorf("group %q has %d variants for %s, want one", group, len(v), release)
			}
		}
	}
}

// checkTargets checks that what a rule names is in its package, and that it
// says which releases have it.
func checkTargets(t *testing.T, r *weave.Rule) {
	names := slices.Concat(r.Inherit, r.Fresh, r.Asks)
	for _, b := range r.Bind {
		names = append(names, b.Target)
		if b.Param == "" {
			t.Errorf("%s: no parameter to bind", b.Func)
		}
	}
	for _, m := range r.Marks {
		names = append(names, weave.Target{Func: m})
	}
	for _, n := range names {
		if pkg, _, ok := weave.SplitFunc(n.Func); n.Func != r.Package && (!ok || pkg != r.Package) {
			t.Errorf("%s is no function of %s", n.Func, r.Package)
		}
		for _, v := range []string{n.Since, n.Until} {
			if v != "" && !semver.IsValid(v) {
				t.Errorf("%s: %s is no version", n.Func, v)
			}
		}
	}
	if r.Std != (r.Module == "") {
		t.Error("a rule is either for Go's own or says which module its package is in")
	}
	if r.Module != "" && !strings.HasPrefix(r.Package+"/", r.Module+"/") {
		t.Errorf("%s is not in module %s", r.Package, r.Module)
	}
}
