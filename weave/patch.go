package weave

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"golang.org/x/mod/semver"
)

// Source is one Go file of a package.
type Source struct {
	// Path is the file's name as the compiler is to record it, absolute.
	Path string
	// Src is the file's text.
	Src []byte
}

// Result is what weaving a package yields.
type Result struct {
	// Files holds the woven text of the sources that change, by their index.
	Files map[int][]byte
	// Added are new files of the package.
	Added []File
	// Sites are the woven places, and those that were left alone, in order.
	Sites []Site
	// Aside says of each hook that was left out why it does not fit the package.
	Aside []*Error
}

// Changed reports whether the package is to be compiled from other text.
func (r *Result) Changed() bool { return r != nil && (len(r.Files) > 0 || len(r.Added) > 0) }

// rule weaves what a rule says of the package.
func (w *weaver) rule(r *Rule, res *Result) error {
	if w.without(r.Since, "") {
		return nil
	}
	if err := w.patches(r); err != nil {
		return err
	}
	for _, b := range r.Bind {
		if err := w.bindTarget(r, b); err != nil {
			return err
		}
	}
	for _, t := range r.Inherit {
		if err := w.inherit(r, t); err != nil {
			return err
		}
	}
	for _, t := range r.Fresh {
		if err := w.freshTarget(r, t); err != nil {
			return err
		}
	}
	for _, t := range r.Asks {
		if err := w.asksTarget(r, t); err != nil {
			return err
		}
	}
	if err := w.checkMessages(r); err != nil {
		return err
	}
	for _, f := range r.Files {
		body, err := inject(f, w.name(), r)
		if err != nil {
			return fmt.Errorf("hook %s: %w", r.Name, err)
		}
		res.Added = append(res.Added, File{Name: f.Name, Body: body})
	}
	return nil
}

// without reports whether the release at hand is known not to have something.
func (w *weaver) without(since, until string) bool {
	return w.Release != "" && (since != "" && semver.Compare(w.Release, since) < 0 || until != "" && semver.Compare(w.Release, until) >= 0)
}

// lenient reports whether something may be missing for all that is known.
func (w *weaver) lenient(since, until string) bool {
	return w.Release == "" && (since != "" || until != "")
}

// name returns the package's name.
func (w *weaver) name() string {
	if len(w.files) > 0 {
		return w.files[0].ast.Name.Name
	}
	for _, s := range w.Sources {
		if f, err := parser.ParseFile(token.NewFileSet(), s.Path, s.Src, parser.PackageClauseOnly); err == nil {
			return f.Name.Name
		}
	}
	return ""
}

// declName names a function as rules do: f, T.m or (*T).m.
func declName(fd *ast.FuncDecl) string {
	if fd.Recv == nil || len(fd.Recv.List) != 1 {
		return fd.Name.Name
	}
	t, star := fd.Recv.List[0].Type, false
	if s, ok := t.(*ast.StarExpr); ok {
		t, star = s.X, true
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	id, ok := t.(*ast.Ident)
	if !ok {
		return fd.Name.Name
	}
	if star {
		return "(*" + id.Name + ")." + fd.Name.Name
	}
	return id.Name + "." + fd.Name.Name
}

// inject gives an injected file its package clause and imports. What precedes
// the clause goes: it documents the file where it lies. In a module its language
// is raised, should the module's be older.
func inject(f File, pkg string, r *Rule) ([]byte, error) {
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
