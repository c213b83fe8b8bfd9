package weave

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

func coreOf(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	if c := core(t); c != nil {
		return c
	}
	return t
}

// core returns a type's underlying type; for a type parameter, that of the only
// type in its constraint, if it is a plain one.
func core(t types.Type) types.Type {
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	c, ok := p.Constraint().Underlying().(*types.Interface)
	if !ok || c.NumEmbeddeds() != 1 {
		return nil
	}
	e := c.EmbeddedType(0)
	if u, ok := e.(*types.Union); ok {
		if u.Len() != 1 {
			return nil
		}
		e = u.Term(0).Type()
	}
	return e.Underlying()
}

// callee returns the function or method that is called, nil if nobody knows.
func (w *Pass) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(w.info, call).(*types.Func)
	return fn
}

// elem returns the type of what a channel holds, nil if it is none.
func (w *Pass) elem(ch ast.Expr) types.Type {
	t := w.info.TypeOf(ch)
	if t == nil {
		return nil
	}
	if c, ok := core(t).(*types.Chan); ok {
		return c.Elem()
	}
	return nil
}

// objectOf returns the variable or field that an expression names, nil for none.
func (w *Pass) objectOf(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if o := w.info.Defs[e]; o != nil {
			return o
		}
		return w.info.Uses[e]
	case *ast.SelectorExpr:
		return w.info.Uses[e.Sel]
	}
	return nil
}

// mentions reports whether a node names a variable.
func (w *Pass) mentions(n ast.Node, o types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && w.info.Uses[id] == o
		return !found
	})
	return found
}

func last(path []ast.Node) ast.Node {
	if len(path) == 0 {
		return nil
	}
	return path[len(path)-1]
}

func within(pos token.Pos, n ast.Node) bool { return n.Pos() <= pos && pos < n.End() }

// inside tells whether a node is within another.
func inside(n, in ast.Node) bool { return in.Pos() <= n.Pos() && n.End() <= in.End() }

// emptyContext tells whether a call is context.Background() or context.TODO().
func (w *Pass) emptyContext(call *ast.CallExpr) bool {
	fn := w.callee(call)
	return fn != nil && (fn.FullName() == "context.Background" || fn.FullName() == "context.TODO")
}

// literalContext reports whether e is a call of context.Background or TODO.
func (w *Pass) literalContext(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && w.emptyContext(call)
}

// elemOf returns the type of what a collection holds, or the type itself.
func (w *Pass) elemOf(t types.Type) types.Type {
	switch c := t.Underlying().(type) {
	case *types.Slice:
		return c.Elem()
	case *types.Array:
		return c.Elem()
	case *types.Map:
		return c.Elem()
	}
	return t
}
