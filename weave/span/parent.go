package span

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// What happens to the context that a Start is given. The current span fills the
// gap of one without a span, but two ways of writing it are answers:
//
//	actx, a := tracer.Start(ctx, "a")
//	bctx, b := tracer.Start(ctx, "b")  // beside a, not under it
//
// While a is open, what starts from the very variable that a was started from is a
// sibling: its parent is what was current before a. And who has a context with a
// span at hand, and gives a literal context.Background() or TODO(), means a root.
// Either is said of the context's identity, just before the call.

// parents weaves the arguments of the unit's starts.
func (x *starting) parents() {
	if !x.w.Own {
		return
	}
	for _, c := range x.Unit.Calls {
		if !c.Sure || len(c.Expr.Args) == 0 {
			continue
		}
		arg := c.Expr.Args[0]
		if call, ok := ast.Unparen(arg).(*ast.CallExpr); ok {
			if !x.w.Background && x.w.EmptyContext(call) && x.w.contextInScope(c.Expr) {
				x.Unit.File.Before(arg, splice.Part{Text: x.w.startFunc(&seam.StartRoot) + "("})
				x.Unit.File.After(arg, ")")
			}
			continue
		}
		v := x.w.localContext(arg)
		if v == nil {
			continue
		}
		if first := x.elder(c, v); first != nil {
			x.Unit.File.Before(arg, splice.Part{Text: x.w.startFunc(&seam.StartBefore) + "("})
			x.Unit.File.After(arg, ", "+x.sibling(first)+")")
		}
	}
}

// elder returns the first start from a variable whose span may be open at another
// start from it, and whose context went elsewhere; nil if there is none.
func (x *starting) elder(c *extent.Call, v *types.Var) *extent.Call {
	p := x.pointOf(c.Expr)
	for _, o := range x.sites {
		if o == c || !o.Sure || x.refused[o] || x.w.localContext(o.Expr.Args[0]) != v || !x.w.Exact(o, x.stmtOf(o)) {
			continue
		}
		to := x.w.ctxVar(o)
		if to == nil || to == v || o.Held == nil || !o.Held.Held() {
			continue
		}
		course := x.course(o)
		if p != nil && course.States[p]&(extent.Open|extent.Given|extent.Kept|extent.KeptVar) != 0 && !x.assignedBetween(v, o, c) {
			return o
		}
	}
	return nil
}

// pointOf returns where on the unit's paths a node is.
func (x *starting) pointOf(n ast.Node) *extent.Point {
	if x.Unit.Flow == nil {
		return nil
	}
	var at *extent.Point
	for _, p := range x.Unit.Flow.Points {
		for _, in := range p.Nodes {
			if pass.Inside(n, in) && (at == nil || pass.Inside(in, at.Nodes[0])) {
				at = p
			}
		}
	}
	return at
}

// stmtOf returns the innermost statement that a call is in.
func (x *starting) stmtOf(c *extent.Call) ast.Node {
	for i := len(c.Path) - 1; i >= 0; i-- {
		if s, ok := c.Path[i].(ast.Stmt); ok {
			return s
		}
	}
	return c.Expr
}

// assignedBetween reports whether a variable is assigned to behind one call and
// before another.
func (x *starting) assignedBetween(v *types.Var, first, second *extent.Call) bool {
	for _, n := range x.Unit.Nodes {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			continue
		}
		for _, l := range a.Lhs {
			if id, ok := l.(*ast.Ident); ok && x.w.Info.Uses[id] == types.Object(v) && a.Pos() > first.Expr.Pos() && a.End() < second.Expr.Pos() {
				return true
			}
		}
	}
	return false
}

// sibling returns the name of the variable that holds the number of the newest
// push before a start.
func (x *starting) sibling(c *extent.Call) string {
	if t := x.siblings[c]; t != "" {
		return t
	}
	t := x.Token("uint64(0)")
	x.siblings[c] = t
	p, _ := x.Place(c.Expr, c.Path)
	stmt, _ := x.Host(c.Path, p)
	a := x.Text(stmt)
	a.Before = append(a.Before, fmt.Sprintf("%s = %s();", t, x.w.Reach(&seam.Elder)))
	return t
}

// ctxVar returns the variable that a start's context goes into, nil for none.
func (w *Source) ctxVar(c *extent.Call) *types.Var {
	if c.Ctx < 0 || len(c.Path) == 0 {
		return nil
	}
	var l ast.Expr
	switch s := c.Path[len(c.Path)-1].(type) {
	case *ast.AssignStmt:
		if len(s.Rhs) == 1 && len(s.Lhs) > c.Ctx {
			l = s.Lhs[c.Ctx]
		}
	case *ast.ValueSpec:
		if len(s.Values) == 1 && len(s.Names) > c.Ctx {
			l = s.Names[c.Ctx]
		}
	}
	id, ok := l.(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	v, _ := w.ObjectOf(id).(*types.Var)
	return v
}

// keepsContext reports whether the context that a call returns goes elsewhere than
// the variable it was given: both are there to be handed on then, and whoever hands
// the older one on means it.
func (w *Source) keepsContext(c *extent.Call) bool {
	if c.Ctx < 0 || len(c.Path) == 0 {
		return false
	}
	s, ok := c.Path[len(c.Path)-1].(*ast.AssignStmt)
	if v := w.ctxVar(c); v == nil && (!ok || len(s.Rhs) != 1 || len(s.Lhs) <= c.Ctx || pass.IsBlank(s.Lhs[c.Ctx])) {
		return false
	}
	given := false
	for _, arg := range c.Expr.Args {
		if t := w.Info.TypeOf(arg); t == nil || !pass.IsContext(t) {
			continue
		}
		v := w.localContext(arg)
		if v != nil && v == w.ctxVar(c) {
			return false
		}
		given = given || v != nil
	}
	return given
}

// localContext returns the parameter or variable of a function that an expression
// names, if it is a context.Context.
func (w *Source) localContext(e ast.Expr) *types.Var {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := w.Info.Uses[id].(*types.Var)
	if !ok || extent.IsGlobal(v) || !pass.IsContext(v.Type()) {
		return nil
	}
	return v
}

// contextInScope reports whether a parameter, or a variable of a function, that is a
// context and may hold a span is in scope at a node.
func (w *Source) contextInScope(n ast.Node) bool {
	for s := w.Types.Scope().Innermost(n.Pos()); s != nil && s != w.Types.Scope() && s != types.Universe; s = s.Parent() {
		for _, name := range s.Names() {
			v, ok := s.Lookup(name).(*types.Var)
			if ok && name != "_" && v.Pos() < n.Pos() && pass.IsContext(v.Type()) && w.mayHoldSpan(v, nil) {
				return true
			}
		}
	}
	return false
}

// mayHoldSpan reports whether a context variable may hold a span, as far as what is
// assigned to it says: a parameter may, one made from Background alone may not.
func (w *Source) mayHoldSpan(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return false
	}
	if seen == nil {
		seen = map[*types.Var]bool{}
	}
	seen[v] = true
	from := w.assigned(v)
	if len(from) == 0 {
		return !extent.IsGlobal(v) && w.isParam(v)
	}
	for _, e := range from {
		if !w.holdsNoSpan(e, seen) {
			return true
		}
	}
	return false
}

func (w *Source) holdsNoSpan(e ast.Expr, seen map[*types.Var]bool) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := w.Info.Uses[e].(*types.Var)
		return w.Info.Types[e].IsNil() || ok && !w.mayHoldSpan(v, seen)
	case *ast.CallExpr:
		if w.EmptyContext(e) {
			return true
		}
		fn := w.Callee(e)
		return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "context" && len(e.Args) > 0 && w.holdsNoSpan(e.Args[0], seen)
	}
	return false
}

// assigned returns what is assigned to a variable, anywhere in the package.
func (w *Source) assigned(v *types.Var) []ast.Expr {
	if w.assigns == nil {
		w.assigns = map[types.Object][]ast.Expr{}
		w.parameters = map[types.Object]bool{}
		note := func(l, r ast.Expr) {
			id, ok := ast.Unparen(l).(*ast.Ident)
			if !ok || r == nil {
				return
			}
			o := w.Info.Defs[id]
			if o == nil {
				o = w.Info.Uses[id]
			}
			if o != nil && pass.IsContext(o.Type()) {
				w.assigns[o] = append(w.assigns[o], r)
			}
		}
		for _, f := range w.Files {
			ast.Inspect(f.Syntax, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.UnaryExpr: // whoever gets the address may assign anything
					if n.Op == token.AND {
						note(n.X, n)
					}
				case *ast.AssignStmt:
					for i, l := range n.Lhs {
						r := n.Rhs[0]
						if len(n.Rhs) == len(n.Lhs) {
							r = n.Rhs[i]
						}
						note(l, r)
					}
				case *ast.ValueSpec:
					for i, id := range n.Names {
						if len(n.Values) > 0 {
							r := n.Values[0]
							if len(n.Values) == len(n.Names) {
								r = n.Values[i]
							}
							note(id, r)
						}
					}
				case *ast.RangeStmt:
					for _, l := range []ast.Expr{n.Key, n.Value} {
						if l != nil {
							note(l, n.X)
						}
					}
				case *ast.FuncType:
					for _, list := range []*ast.FieldList{n.Params} {
						for _, p := range list.List {
							for _, id := range p.Names {
								w.parameters[w.Info.Defs[id]] = true
							}
						}
					}
				}
				return true
			})
		}
	}
	return w.assigns[v]
}

// isParam reports whether a variable is a parameter of a function.
func (w *Source) isParam(v *types.Var) bool {
	w.assigned(v)
	return w.parameters[v]
}

// startFunc returns the name of the generic function that passes a context on and
// says something of the Start that is given it: by a function that takes the context's
// data word and, for a sibling, a token.
func (w *Source) startFunc(says *seam.Symbol) string {
	do, params, arg := w.Reach(says), "ctx T", ""
	if says == &seam.StartBefore {
		params, arg = "ctx T, token uint64", ", token"
	}
	local := do + "Of"
	w.Declare(fmt.Sprintf("func %s[T any](%s) T { c := any(ctx); %s((*[2]%sunsafe.Pointer)(%[4]sunsafe.Pointer(&c))[1]%s); return ctx }\n", local, params, do, pass.Prefix, arg))
	return local
}
