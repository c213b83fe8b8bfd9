package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
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
// A panic between mark and spawn takes the mark down too (the runtime hook
// sees to it), so what can merely panic stays where it is.

// fresh is the directive that makes a goroutine start with an empty slot.
const freshDirective = "//drift:fresh"

// freshLines returns the lines that a fresh directive speaks for: its own,
// and the first one behind its comment group.
func freshLines(fset *token.FileSet, f *ast.File) map[int]bool {
	var lines map[int]bool
	for _, g := range f.Comments {
		for _, c := range g.List {
			if c.Text != freshDirective && !strings.HasPrefix(c.Text, freshDirective+" ") {
				continue
			}
			if lines == nil {
				lines = map[int]bool{}
			}
			lines[fset.PositionFor(c.Pos(), false).Line] = true
			lines[fset.PositionFor(g.End(), false).Line+1] = true
		}
	}
	return lines
}

func (f *file) isFresh(n ast.Node) bool {
	return f.fresh[f.fset.PositionFor(n.Pos(), false).Line]
}

// spawnNeedsTypes tells whether syntax alone can't weave some go statement.
func (w *weaver) spawnNeedsTypes() bool {
	for _, f := range w.files {
		need := false
		ast.Inspect(f.ast, func(n ast.Node) bool {
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

// callsAmong tells whether a go statement's operands hold what looks like a
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

// spawns weaves a file's go statements.
func (w *weaver) spawns(f *file) {
	for _, d := range f.ast.Decls {
		name, fresh := "", false
		if fd, ok := d.(*ast.FuncDecl); ok {
			name = declName(fd)
			fresh = f.isFresh(fd)
		}
		var walk func(n ast.Node, fresh bool)
		walk = func(root ast.Node, fresh bool) {
			ast.Inspect(root, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncLit:
					if n != root && f.isFresh(n) && !fresh {
						walk(n.Body, true)
						return false
					}
				case *ast.GoStmt:
					if fresh || f.isFresh(n) {
						w.site("spawn", f, n, name, "//drift:fresh")
					} else {
						w.spawn(f, n)
						w.site("spawn", f, n, name, "")
					}
				}
				return true
			})
		}
		walk(d, fresh)
	}
}

// spawn weaves one go statement.
func (w *weaver) spawn(f *file, g *ast.GoStmt) {
	mark := w.runtimeFunc("mark", "()")
	h := &hoister{w: w, f: f, stmt: g}
	f.before(g, part{text: "{"})
	if callsAmong(g.Call) {
		h.call(g.Call)
	}
	f.before(g, part{text: mark + "();"})
	f.after(g, "}")
}

// hoister moves calls out of one go statement's operands.
type hoister struct {
	w    *weaver
	f    *file
	stmt *ast.GoStmt
	n    int
}

func (h *hoister) call(c *ast.CallExpr) {
	last := -1
	for i, a := range c.Args {
		if h.effect(a) {
			last = i
		}
	}
	h.inside(c.Fun)
	for i, a := range c.Args {
		switch {
		case h.effect(a):
			h.operand(a)
		case i < last && !simple(a):
			// As cmd/compile does: what may panic is evaluated in its turn.
			if typed, _ := h.natural(a); typed && !h.constant(a) && !h.generic(a) {
				h.unit(a, "%s")
			}
		}
	}
}

// operand hoists an argument that holds a call, as a whole where its type
// does not depend on what it is passed to.
func (h *hoister) operand(a ast.Expr) {
	if t, ok := h.w.info.TypeOf(a).(*types.Tuple); ok {
		names := make([]string, t.Len())
		for i := range names {
			names[i] = h.name()
		}
		list := strings.Join(names, ", ")
		h.f.before(h.stmt, part{text: list + " := "}, part{node: a}, part{text: ";"})
		h.f.replace(a, list)
		return
	}
	switch typed, boolean := h.natural(a); {
	case typed:
		h.unit(a, "%s")
	case boolean:
		// An untyped boolean takes the parameter's type. A variable would
		// have none but bool; comparing it makes it untyped again.
		h.unit(a, "(%s == true)")
	default:
		h.inside(a)
	}
}

func (h *hoister) name() string {
	h.n++
	return fmt.Sprintf("%s%d", Prefix, h.n)
}

// unit hoists an expression into a variable and leaves that in its place.
func (h *hoister) unit(e ast.Expr, use string) {
	n := h.name()
	h.f.before(h.stmt, part{text: n + " := "}, part{node: e}, part{text: ";"})
	h.f.replace(e, fmt.Sprintf(use, n))
}

// inside hoists the calls in an expression that itself must stay where it is:
// its type depends on its place, or its address is taken.
func (h *hoister) inside(e ast.Expr) {
	if e == nil || !h.effect(e) {
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		h.inside(e.X)
	case *ast.SelectorExpr:
		h.inside(e.X)
	case *ast.StarExpr:
		h.inside(e.X)
	case *ast.TypeAssertExpr:
		h.inside(e.X)
	case *ast.IndexExpr:
		h.inside(e.X)
		h.inside(e.Index)
	case *ast.IndexListExpr:
		h.inside(e.X)
	case *ast.SliceExpr:
		h.inside(e.X)
		h.inside(e.Low)
		h.inside(e.High)
		h.inside(e.Max)
	case *ast.CompositeLit:
		for _, x := range e.Elts {
			h.inside(x)
		}
	case *ast.KeyValueExpr:
		h.inside(e.Key)
		h.inside(e.Value)
	case *ast.UnaryExpr:
		if e.Op == token.ARROW {
			h.unit(e, "%s")
		} else {
			h.inside(e.X)
		}
	case *ast.BinaryExpr:
		if (e.Op == token.LAND || e.Op == token.LOR) && h.effect(e.Y) {
			if typed, _ := h.natural(e); typed {
				h.unit(e, "%s")
			} else {
				h.unit(e, "(%s == true)")
			}
			return
		}
		h.inside(e.X)
		h.inside(e.Y)
	case *ast.CallExpr:
		if h.runsCode(e) {
			h.unit(e, "%s")
			return
		}
		for _, a := range e.Args {
			h.inside(a)
		}
	}
}

// effect tells whether evaluating e runs a function or receives.
func (h *hoister) effect(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.CallExpr:
			found = found || h.runsCode(n)
		}
		return !found
	})
	return found
}

// runsCode tells a function call from a conversion, a builtin and a constant.
func (h *hoister) runsCode(c *ast.CallExpr) bool {
	if tv := h.w.info.Types[c]; tv.Value != nil {
		return false
	}
	tv := h.w.info.Types[ast.Unparen(c.Fun)]
	return !tv.IsType() && !tv.IsBuiltin()
}

func (h *hoister) constant(e ast.Expr) bool { return h.w.info.Types[e].Value != nil }

// generic tells whether e is a generic function whose type arguments the call
// infers.
func (h *hoister) generic(e ast.Expr) bool {
	sig, ok := h.w.info.TypeOf(e).(*types.Signature)
	return ok && sig.TypeParams().Len() > 0
}

// natural tells whether an expression has its type by itself, rather than from
// the place it stands in, and whether it is an untyped boolean if not. go/types
// records the type it ends up with, so this follows the spec's rules anew.
func (h *hoister) natural(e ast.Expr) (typed, boolean bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return h.natural(e.X)
	case *ast.BasicLit:
		return false, false
	case *ast.Ident:
		return h.object(h.w.info.Uses[e])
	case *ast.SelectorExpr:
		return h.object(h.w.info.Uses[e.Sel])
	case *ast.UnaryExpr:
		if e.Op == token.ARROW || e.Op == token.AND {
			return true, false
		}
		return h.natural(e.X)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return false, true
		case token.SHL, token.SHR:
			return h.natural(e.X)
		}
		xt, xb := h.natural(e.X)
		yt, yb := h.natural(e.Y)
		return xt || yt, xb && yb
	case *ast.CallExpr:
		if tv := h.w.info.Types[ast.Unparen(e.Fun)]; tv.IsBuiltin() {
			// min, max, real, imag and complex of untyped constants are
			// untyped constants.
			if h.constant(e) {
				return false, false
			}
			if id, ok := ast.Unparen(e.Fun).(*ast.Ident); ok {
				switch id.Name {
				case "min", "max", "real", "imag", "complex":
					for _, a := range e.Args {
						if t, _ := h.natural(a); t {
							return true, false
						}
					}
					return false, false
				}
			}
		}
		return true, false
	}
	return true, false
}

func (h *hoister) object(o types.Object) (typed, boolean bool) {
	switch o := o.(type) {
	case *types.Const:
		b, ok := o.Type().(*types.Basic)
		if ok && b.Info()&types.IsUntyped != 0 {
			return false, b.Info()&types.IsBoolean != 0
		}
	case *types.Nil:
		return false, false
	}
	return true, false
}

// simple tells by syntax that evaluating e does nothing that could be seen.
func simple(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident, *ast.BasicLit, *ast.FuncLit:
		return true
	case *ast.ParenExpr:
		return simple(e.X)
	case *ast.UnaryExpr:
		return e.Op == token.AND && simple(e.X)
	}
	return false
}
