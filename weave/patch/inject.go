package patch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Inject adds a rule's files to the package, and what they and its patches reach in
// other packages.
func (w *Weaver) Inject(r *rule.Rule) error {
	var names seam.Names
	for _, f := range r.Files {
		body, err := inject(f, w.Name(), r, &names)
		if err != nil {
			return fmt.Errorf("hook %s: %w", r.Name, err)
		}
		w.Added = append(w.Added, rule.File{Name: f.Name, Body: body})
	}
	for i := range r.Patches {
		if !w.Without(r.Patches[i].Since, r.Patches[i].Until) {
			names.Code(r.Patches[i].Code)
		}
	}
	if text := names.Stubs(r.Package, w.Name()); text != nil {
		name := fmt.Sprintf("seam%d.go", len(w.Added))
		w.Added = append(w.Added, rule.File{Name: name, Body: append([]byte(above(r, name, 1)), text...)})
	}
	return nil
}

// above is what precedes the package clause of an injected file. In a module its
// language is raised, should the module's be older.
func above(r *rule.Rule, name string, line int) string {
	text := fmt.Sprintf("//line drift-toolexec/%s:%d\n", name, line)
	if !r.Std {
		text = "//go:build go1.21\n\n" + text
	}
	return text
}

// inject gives an injected file its package clause and imports. What precedes
// the clause goes: it documents the file where it lies.
func inject(f rule.File, pkg string, r *rule.Rule, names *seam.Names) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, f.Name, f.Body, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	names.File(file)
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	rest := f.Body[fset.Position(file.Name.End()).Offset:]
	var b bytes.Buffer
	b.WriteString(above(r, f.Name, fset.Position(file.Package).Line) + "package " + pkg)
	for _, path := range r.Imports {
		if used[path[strings.LastIndexByte(path, '/')+1:]] {
			fmt.Fprintf(&b, "; import %q", path)
		}
	}
	b.Write(rest)
	return b.Bytes(), nil
}
