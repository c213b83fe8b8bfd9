package patch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// inject gives an injected file its package clause and imports. What precedes
// the clause goes: it documents the file where it lies. In a module its language
// is raised, should the module's be older.
func inject(f rule.File, pkg string, r *rule.Rule) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, f.Name, f.Body, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
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
	if !r.Std {
		b.WriteString("//go:build go1.21\n\n")
	}
	fmt.Fprintf(&b, "//line drift-toolexec/%s:%d\npackage %s", f.Name, fset.Position(file.Package).Line, pkg)
	for _, path := range r.Imports {
		if used[path[strings.LastIndexByte(path, '/')+1:]] {
			fmt.Fprintf(&b, "; import %q", path)
		}
	}
	b.Write(rest)
	return b.Bytes(), nil
}

// Inject adds a rule's files to the package.
func (w *Weaver) Inject(r *rule.Rule) error {
	for _, f := range r.Files {
		body, err := inject(f, w.Name(), r)
		if err != nil {
			return fmt.Errorf("hook %s: %w", r.Name, err)
		}
		w.Added = append(w.Added, rule.File{Name: f.Name, Body: body})
	}
	return nil
}
