package pass

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Without reports whether the release at hand is known not to have something.
func (w *Pass) Without(since, until string) bool {
	return w.Release != "" && (since != "" && semver.Compare(w.Release, since) < 0 || until != "" && semver.Compare(w.Release, until) >= 0)
}

// Lenient reports whether something may be missing for all that is known.
func (w *Pass) Lenient(since, until string) bool {
	return w.Release == "" && (since != "" || until != "")
}

// Name returns the package's name.
func (w *Pass) Name() string {
	if len(w.Files) > 0 {
		return w.Files[0].Syntax.Name.Name
	}
	for _, s := range w.Sources {
		if f, err := parser.ParseFile(token.NewFileSet(), s.Path, s.Src, parser.PackageClauseOnly); err == nil {
			return f.Name.Name
		}
	}
	return ""
}

// DeclName names a function as rules do: f, T.m or (*T).m.
func DeclName(fd *ast.FuncDecl) string {
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

// Decl is a function declaration with a body.
type Decl struct {
	File *File
	Func *ast.FuncDecl
}

func (d Decl) Name() string { return DeclName(d.Func) }

// Param returns the identifier of a parameter, or what to choose from.
func (d Decl) Param(name string) (id *ast.Ident, others string) {
	var names []string
	for _, p := range d.Func.Type.Params.List {
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

// Target returns the declarations that a rule's target names: one, or none
// where the release at hand does not have it and need not.
func (w *Pass) Target(r *rule.Rule, t rule.Target) ([]Decl, error) {
	if w.Without(t.Since, t.Until) {
		return nil, nil
	}
	pkg, name, ok := rule.SplitFunc(t.Func)
	if !ok || pkg != r.Package {
		return nil, &rule.Error{At: t.At, Hook: r, Msg: fmt.Sprintf("%q names no function of %s", t.Func, r.Package)}
	}
	var found []Decl
	var names []string
	for _, f := range w.Files {
		for _, d := range f.Syntax.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := DeclName(fd)
			if n == name && fd.Body != nil {
				found = append(found, Decl{f, fd})
			}
			if fd.Body != nil && n != "init" && n != "_" {
				names = append(names, n)
			}
		}
	}
	if len(found) == 0 && !w.Lenient(t.Since, t.Until) {
		return nil, &rule.Error{At: t.At, Hook: r, Msg: fmt.Sprintf("no function %s in %s%s", name, pkg, Choices(name, names))}
	}
	return found, nil
}

// Choices lists the functions that may have been meant: those that are called
// alike, else all, as far as a line goes.
func Choices(name string, names []string) string {
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
