package weave

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// without reports whether the release at hand is known not to have something.
func (w *Pass) without(since, until string) bool {
	return w.Release != "" && (since != "" && semver.Compare(w.Release, since) < 0 || until != "" && semver.Compare(w.Release, until) >= 0)
}

// lenient reports whether something may be missing for all that is known.
func (w *Pass) lenient(since, until string) bool {
	return w.Release == "" && (since != "" || until != "")
}

// name returns the package's name.
func (w *Pass) name() string {
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

// decl is a function declaration with a body.
type decl struct {
	f  *file
	fd *ast.FuncDecl
}

func (d decl) name() string { return declName(d.fd) }

// param returns the identifier of a parameter, or what to choose from.
func (d decl) param(name string) (id *ast.Ident, others string) {
	var names []string
	for _, p := range d.fd.Type.Params.List {
		for _, id := range p.Names {
			if id.Name == name && name != "_" {
				return id, ""
			}
			if id.Name != "_" {
				names = append(names, id.Name)
			}
		}
	}
	if len(names) == 0 {
		return nil, "it has none with a name"
	}
	return nil, "it has " + strings.Join(names, ", ")
}

// target returns the declarations that a rule's target names: one, or none
// where the release at hand does not have it and need not.
func (w *Pass) target(r *Rule, t Target) ([]decl, error) {
	if w.without(t.Since, t.Until) {
		return nil, nil
	}
	pkg, name, ok := SplitFunc(t.Func)
	if !ok || pkg != r.Package {
		return nil, &Error{At: t.At, Hook: r, Msg: fmt.Sprintf("%q names no function of %s", t.Func, r.Package)}
	}
	var found []decl
	var names []string
	for _, f := range w.files {
		for _, d := range f.ast.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := declName(fd)
			if n == name && fd.Body != nil {
				found = append(found, decl{f, fd})
			}
			if fd.Body != nil && n != "init" && n != "_" {
				names = append(names, n)
			}
		}
	}
	if len(found) == 0 && !w.lenient(t.Since, t.Until) {
		return nil, &Error{At: t.At, Hook: r, Msg: fmt.Sprintf("no function %s in %s%s", name, pkg, choices(name, names))}
	}
	return found, nil
}

// choices lists the functions that may have been meant: those that are called
// alike, else all, as far as a line goes.
func choices(name string, names []string) string {
	last := func(s string) string { return strings.ToLower(s[strings.LastIndexByte(s, '.')+1:]) }
	var alike []string
	for _, n := range names {
		if a, b := last(n), last(name); len(b) > 1 && (strings.HasPrefix(a, b[:2]) || strings.Contains(a, b) || strings.Contains(b, a)) {
			alike = append(alike, n)
		}
	}
	if len(alike) > 0 {
		names = alike
	}
	slices.Sort(names)
	names = slices.Compact(names)
	const most = 12
	if len(names) > most {
		names = append(names[:most:most], "...")
	}
	if len(names) == 0 {
		return ", which has none"
	}
	return "; it has " + strings.Join(names, ", ")
}
