// Package spawn weaves go statements.
package spawn

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/rule"
	"github.com/drift-go/drift-toolexec/weave/serve"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// What happens at a go statement in scope:
//
//	go f(x)  becomes  {mark();go f(x)}
//
// newproc1 hands the current frame to the new goroutine if the mark is up,
// and takes it down. A call among the operands could itself spawn and eat the
// mark, so such calls are hoisted, in order:
//
//	go f(g(), x)  becomes  {t := g();mark();go f(t, x)}
//
// All that is hoisted is one assignment, as cmd/compile makes one of a go
// statement's operands (typecheck.normalizeGoDeferCall). So the order between
// calls and other operands, which the spec leaves open, stays what it was, but
// for parts of a composite literal passed as an interface value.
//
// A panic between mark and spawn takes the mark down too (the runtime hook
// sees to it), so operands that can merely panic need no hoisting.

// Weaver are a package's go statements.
type Weaver struct{ *serve.Servers }

// New returns what weaves the go statements of a package.
func New(s *serve.Servers) *Weaver { return &Weaver{s} }

// NeedsTypes reports whether syntax alone can't weave some go statement.
func NeedsTypes(w *pass.Pass) bool {
	for _, f := range w.Files {
		need := false
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok && callsAmong(g.Call) {
				need = true
			}
			return !need
		})
		if need {
			return true
		}
	}
	return false
}

// callsAmong reports whether a go statement's operands hold what looks like a
// call or a receive.
func callsAmong(c *ast.CallExpr) bool {
	found := false
	look := func(e ast.Expr) {
		ast.Inspect(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				found = true
			case *ast.UnaryExpr:
				found = found || n.Op == token.ARROW
			}
			return !found
		})
	}
	look(c.Fun)
	for _, a := range c.Args {
		look(a)
	}
	return found
}

// Weave weaves the package's go statements.
func (w *Weaver) Weave() {
	w.EachDecl(func(f *pass.File, name string, d ast.Decl) {
		inherits := f.Inherits(d)
		f.Walk(d, func(n ast.Node, _ []ast.Node, fresh bool) bool {
			g, ok := n.(*ast.GoStmt)
			if !ok {
				return true
			}
			if fresh || f.IsFresh(g) {
				w.Report(pass.SiteSpawn, f, g, name, pass.FreshDirective)
			} else if how := w.spawnServes(g); how != "" && !inherits && !f.Inherits(g) && !w.Shed(f, name, g.Call.Fun) {
				w.Report(pass.SiteSpawn, f, g, name, how)
			} else {
				w.spawn(f, g)
				w.Report(pass.SiteSpawn, f, g, name, "")
			}
			return true
		})
	})
}

// spawnServes tells how the goroutine serves that a go statement starts, or "".
func (w *Weaver) spawnServes(g *ast.GoStmt) string {
	if !w.Plan.Serve {
		return ""
	}
	return w.ServesAs(g.Call.Fun)
}

// spawn weaves one go statement.
func (w *Weaver) spawn(f *pass.File, g *ast.GoStmt) {
	mark := w.Reach(&seam.Mark)
	f.Before(g, splice.Part{Text: "{"})
	if callsAmong(g.Call) {
		h := &Hoister{Pass: w.Pass, f: f, stmt: g}
		h.call(g.Call)
		h.assign()
	}
	f.Before(g, splice.Part{Text: mark + "();"})
	f.After(g, "}")
}

func pointer(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return true
	}
	return false
}

// untyped is how an untyped boolean is used that was hoisted: it takes the
// type of what it is passed to. A variable would have none but bool; comparing
// it makes it untyped again, whatever true may mean here.
const untyped = "(%s == (0 == 0))"

func basic(t types.Type, kind types.BasicKind) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == kind
}

// Inherit marks the spawn sites of a function that a rule names, or of the
// whole package.
func (w *Weaver) Inherit(r *rule.Rule, t rule.Target) error {
	var decls []pass.Decl
	if t.Func == r.Package {
		for _, f := range w.Files {
			for _, d := range f.Syntax.Decls {
				if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
					decls = append(decls, pass.Decl{File: f, Func: fd})
				}
			}
		}
	} else {
		var err error
		if decls, err = w.Target(r, t); err != nil || len(decls) == 0 {
			return err
		}
	}
	n := 0
	for _, d := range decls {
		ast.Inspect(d.Func.Body, func(node ast.Node) bool {
			if g, ok := node.(*ast.GoStmt); ok {
				n++
				if !w.Own { // where all inherit
					w.spawn(d.File, g)
					w.Report(pass.SiteInherit, d.File, g, d.Name(), "")
				}
			}
			return true
		})
	}
	if n == 0 && !w.Lenient(t.Since, t.Until) {
		return &rule.Error{At: t.At, Hook: r, Msg: t.Func + " holds no go statement that could inherit"}
	}
	return nil
}
