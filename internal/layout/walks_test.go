package layout

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// walk is a file and a function in it, as docs/architecture.md and docs/glossary.md name
// them.
var walk = regexp.MustCompile("`([a-z_0-9/]+\\.go)`(?:: `(\\w+)`)?")

// TestWalks checks that the files and functions are there which those pages name.
func TestWalks(t *testing.T) {
	for _, page := range []string{"architecture.md", "glossary.md"} {
		text, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		named := walk.FindAllStringSubmatch(strings.Join(strings.Fields(string(text)), " "), -1)
		if len(named) < 8 {
			t.Errorf("%s names %d places", page, len(named))
		}
		for _, m := range named {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", m[1]), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Errorf("%s names %s: %v", page, m[1], err)
				continue
			}
			if m[2] != "" && !declares(f, m[2]) {
				t.Errorf("%s: there is no %s in %s", page, m[2], m[1])
			}
		}
	}
}

// called is a function of the seam, or of an injected file, as pages and pictures name it.
var called = regexp.MustCompile(`\b(drift[A-Z]\w*)[(:]`)

// TestNames checks that the injected functions are there which the pages and the pictures
// name.
func TestNames(t *testing.T) {
	var there strings.Builder
	err := filepath.WalkDir("../../hooks", func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") {
			text, err := os.ReadFile(path)
			there.Write(text)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	pictures, err := filepath.Glob("../../docs/img/*.svg")
	if err != nil || len(pictures) == 0 {
		t.Fatalf("%d pictures, %v", len(pictures), err)
	}
	for _, page := range append(pictures, "../../docs/architecture.md", "../../docs/writing-hooks.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range called.FindAllStringSubmatch(string(text), -1) {
			if !regexp.MustCompile(`(?m)^(func|var) ` + m[1] + `\b`).MatchString(there.String()) {
				t.Errorf("%s names %s, which is nowhere", page, m[1])
			}
		}
	}
}

// TestSteps checks that docs/architecture.md has the steps of a weave, in their order and
// in the words that weave/weave.go has for them.
func TestSteps(t *testing.T) {
	page, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), "../../weave/weave.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	rest, n := strings.Join(strings.Fields(string(page)), " "), 0
	ast.Inspect(f, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "steps" {
			return true
		}
		for _, step := range spec.Values[0].(*ast.CompositeLit).Elts {
			doc, err := strconv.Unquote(step.(*ast.CompositeLit).Elts[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			n++
			_, after, found := strings.Cut(rest, strconv.Itoa(n)+". "+doc+".")
			if !found {
				t.Errorf("architecture.md does not say, as step %d: %s", n, doc)
				continue
			}
			rest = after
		}
		return false
	})
	if n == 0 {
		t.Error("weave/weave.go has no steps")
	}
}

func declares(f *ast.File, name string) bool {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == name {
				return true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.Name == name {
					return true
				}
			}
		}
	}
	return false
}
