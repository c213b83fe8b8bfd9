package pass

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// IsWork reports whether what a channel holds may be work, by its type.
func IsWork(t types.Type) bool {
	if t == nil {
		return false
	}
	switch types.TypeString(types.Unalias(t), nil) {
	case "error", "context.Context", "time.Time", "os.Signal":
		return false
	}
	if _, param := types.Unalias(t).(*types.TypeParam); param {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return u.NumFields() > 0
	case *types.Basic:
		return u.Kind() != types.Bool && u.Kind() != types.Invalid
	}
	return true
}

// IsMake reports whether a call is one of the builtin make.
func (w *Pass) IsMake(call *ast.CallExpr) bool {
	fun := ast.Unparen(call.Fun)
	if !w.Info.Types[fun].IsBuiltin() {
		return false
	}
	id, ok := fun.(*ast.Ident)
	return ok && w.Info.Uses[id] != nil && w.Info.Uses[id].Name() == "make" && len(call.Args) > 0
}

// Root returns the variable that an expression is stored in, and whether that is
// in one of its elements.
func (w *Pass) Root(e ast.Expr) (root *types.Var, element bool) {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			o := w.Info.Uses[x]
			if o == nil {
				o = w.Info.Defs[x]
			}
			v, _ := o.(*types.Var)
			if v != nil {
				v = v.Origin()
			}
			return v, element
		case *ast.SelectorExpr:
			if w.Info.Selections[x] == nil { // another package's variable
				v, _ := w.Info.Uses[x.Sel].(*types.Var)
				return v, element
			}
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.UnaryExpr:
			if x.Op != token.AND {
				return nil, false
			}
			e = x.X
		case *ast.IndexExpr:
			e, element = x.X, true
		default:
			return nil, false
		}
	}
}

func IsFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func IsCollection(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Chan, *types.Array:
		return true
	}
	return false
}

// Plain reports whether a value of type t can't hold a span: an error, a number.
func Plain(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Basic); ok {
		return true
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// Iterates reports whether a function is an iterator, or returns one: who ranges over
// it needs to be woven, so that the loop's body is not under what the iterator starts.
func Iterates(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if s, ok := CoreOr(v.Type()).(*types.Signature); ok && isIterator(s) {
			return true
		}
	}
	return isIterator(sig)
}

// isIterator reports whether a loop may range over a func of this signature.
func isIterator(sig *types.Signature) bool {
	if sig.Params().Len() != 1 || sig.Results().Len() != 0 {
		return false
	}
	yield, ok := CoreOr(sig.Params().At(0).Type()).(*types.Signature)
	return ok && yield.Results().Len() == 1 && types.Identical(yield.Results().At(0).Type(), types.Typ[types.Bool])
}

func IsBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// SpanInterface finds trace.Span among what the package can reach.
func (w *Pass) SpanInterface() *types.Named {
	seen := map[*types.Package]bool{}
	var find func(p *types.Package) *types.Named
	find = func(p *types.Package) *types.Named {
		if seen[p] {
			return nil
		}
		seen[p] = true
		if p.Path() == OtelTrace {
			if tn, ok := p.Scope().Lookup("Span").(*types.TypeName); ok {
				n, _ := tn.Type().(*types.Named)
				return n
			}
		}
		for _, q := range p.Imports() {
			if n := find(q); n != nil {
				return n
			}
		}
		return nil
	}
	return find(w.Types)
}

func IsSpan(t types.Type, span *types.Named) bool {
	return span != nil && types.Identical(types.Unalias(t), span)
}

// IsSpanType reports whether t is trace.Span, or an interface type that is made
// from it: nobody else can name the method that tells it.
func IsSpanType(t types.Type) bool {
	if _, ok := t.(*types.TypeParam); ok {
		return false
	}
	it, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for i := range it.NumMethods() {
		if m := it.Method(i); !m.Exported() && m.Name() == "span" && m.Pkg() != nil && m.Pkg().Path() == OtelTrace+"/embedded" {
			return true
		}
	}
	return false
}

func IsContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}

// IsEnd reports whether t is a func that may end a span, by what it returns:
// nothing, or an error.
func IsEnd(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && (sig.Results().Len() == 0 || sig.Results().Len() == 1 && Plain(sig.Results().At(0).Type()))
}

func CoreOr(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	if c := Core(t); c != nil {
		return c
	}
	return t
}

// Core returns a type's underlying type; for a type parameter, that of the only
// type in its constraint, if it is a plain one.
func Core(t types.Type) types.Type {
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

// Callee returns the function or method that is called, nil if nobody knows.
func (w *Pass) Callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(w.Info, call).(*types.Func)
	return fn
}

// Elem returns the type of what a channel holds, nil if it is none.
func (w *Pass) Elem(ch ast.Expr) types.Type {
	t := w.Info.TypeOf(ch)
	if t == nil {
		return nil
	}
	if c, ok := Core(t).(*types.Chan); ok {
		return c.Elem()
	}
	return nil
}

// ObjectOf returns the variable or field that an expression names, nil for none.
func (w *Pass) ObjectOf(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if o := w.Info.Defs[e]; o != nil {
			return o
		}
		return w.Info.Uses[e]
	case *ast.SelectorExpr:
		return w.Info.Uses[e.Sel]
	}
	return nil
}

// Mentions reports whether a node names a variable.
func (w *Pass) Mentions(n ast.Node, o types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && w.Info.Uses[id] == o
		return !found
	})
	return found
}

func Last(path []ast.Node) ast.Node {
	if len(path) == 0 {
		return nil
	}
	return path[len(path)-1]
}

func Within(pos token.Pos, n ast.Node) bool { return n.Pos() <= pos && pos < n.End() }

// Inside reports whether a node is within another.
func Inside(n, in ast.Node) bool { return in.Pos() <= n.Pos() && n.End() <= in.End() }

// EmptyContext reports whether a call is context.Background() or context.TODO().
func (w *Pass) EmptyContext(call *ast.CallExpr) bool {
	fn := w.Callee(call)
	return fn != nil && (fn.FullName() == "context.Background" || fn.FullName() == "context.TODO")
}

// LiteralContext reports whether e is a call of context.Background or TODO.
func (w *Pass) LiteralContext(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && w.EmptyContext(call)
}

// ElemOf returns the type of what a collection holds, or the type itself.
func (w *Pass) ElemOf(t types.Type) types.Type {
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

// OtelTrace is the package whose Span and Tracer are followed.
const (
	OtelModule = "go.opentelemetry.io/otel"
	OtelTrace  = OtelModule + "/trace"
)
