package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
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
	for _, c := range x.u.calls {
		if !c.sure || len(c.expr.Args) == 0 {
			continue
		}
		arg := c.expr.Args[0]
		if call, ok := ast.Unparen(arg).(*ast.CallExpr); ok {
			if !x.w.Background && x.w.emptyContext(call) && x.w.contextInScope(c.expr) {
				x.u.f.before(arg, part{text: x.w.startFunc("startRoot", "") + "("})
				x.u.f.after(arg, ")")
			}
			continue
		}
		v := x.w.localContext(arg)
		if v == nil {
			continue
		}
		if first := x.elder(c, v); first != nil {
			x.u.f.before(arg, part{text: x.w.startFunc("startBefore", "token uint64") + "("})
			x.u.f.after(arg, ", "+x.sibling(first)+")")
		}
	}
}

// elder returns the first start from a variable whose span may be open at another
// start from it, and whose context went elsewhere; nil if there is none.
func (x *starting) elder(c *call, v *types.Var) *call {
	p := x.pointOf(c.expr)
	for _, o := range x.sites {
		if o == c || !o.sure || x.refused[o] || x.w.localContext(o.expr.Args[0]) != v || !x.w.exact(o, x.stmtOf(o)) {
			continue
		}
		to := x.w.ctxVar(o)
		if to == nil || to == v || o.held == nil || !o.held.held() {
			continue
		}
		course := x.course(o)
		if p != nil && course.states[p]&(open|given|kept|keptVar) != 0 && !x.assignedBetween(v, o, c) {
			return o
		}
	}
	return nil
}

// pointOf returns where on the unit's paths a node is.
func (x *starting) pointOf(n ast.Node) *point {
	if x.u.flow == nil {
		return nil
	}
	var at *point
	for _, p := range x.u.flow.points {
		for _, in := range p.nodes {
			if inside(n, in) && (at == nil || inside(in, at.nodes[0])) {
				at = p
			}
		}
	}
	return at
}

// stmtOf returns the innermost statement that a call is in.
func (x *starting) stmtOf(c *call) ast.Node {
	for i := len(c.path) - 1; i >= 0; i-- {
		if s, ok := c.path[i].(ast.Stmt); ok {
			return s
		}
	}
	return c.expr
}

// assignedBetween tells whether a variable is assigned to behind one call and
// before another.
func (x *starting) assignedBetween(v *types.Var, first, second *call) bool {
	for _, n := range x.u.nodes {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			continue
		}
		for _, l := range a.Lhs {
			if id, ok := l.(*ast.Ident); ok && x.w.info.Uses[id] == types.Object(v) && a.Pos() > first.expr.Pos() && a.End() < second.expr.Pos() {
				return true
			}
		}
	}
	return false
}

// sibling returns the name of the variable that holds the number of the newest
// push before a start.
func (x *starting) sibling(c *call) string {
	if t := x.siblings[c]; t != "" {
		return t
	}
	t := x.token("uint64(0)")
	x.siblings[c] = t
	p, _ := x.place(c.expr, c.path)
	stmt, _ := x.host(c.path, p)
	a := x.text(stmt)
	a.before = append(a.before, fmt.Sprintf("%s = %s();", t, x.w.runtimeFunc("elder", "() uint64")))
	return t
}

// ctxVar returns the variable that a start's context goes into, nil for none.
func (w *Spans) ctxVar(c *call) *types.Var {
	if c.ctx < 0 || len(c.path) == 0 {
		return nil
	}
	var l ast.Expr
	switch s := c.path[len(c.path)-1].(type) {
	case *ast.AssignStmt:
		if len(s.Rhs) == 1 && len(s.Lhs) > c.ctx {
			l = s.Lhs[c.ctx]
		}
	case *ast.ValueSpec:
		if len(s.Values) == 1 && len(s.Names) > c.ctx {
			l = s.Names[c.ctx]
		}
	}
	id, ok := l.(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	v, _ := w.objectOf(id).(*types.Var)
	return v
}

// keepsContext reports whether the context that a call returns goes elsewhere than
// the variable it was given: both are there to be handed on then, and whoever hands
// the older one on means it.
func (w *Spans) keepsContext(c *call) bool {
	if c.ctx < 0 || len(c.path) == 0 {
		return false
	}
	s, ok := c.path[len(c.path)-1].(*ast.AssignStmt)
	if v := w.ctxVar(c); v == nil && (!ok || len(s.Rhs) != 1 || len(s.Lhs) <= c.ctx || isBlank(s.Lhs[c.ctx])) {
		return false
	}
	given := false
	for _, arg := range c.expr.Args {
		if t := w.info.TypeOf(arg); t == nil || !isContext(t) {
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

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// localContext returns the parameter or variable of a function that an expression
// names, if it is a context.Context.
func (w *Funcs) localContext(e ast.Expr) *types.Var {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := w.info.Uses[id].(*types.Var)
	if !ok || isGlobal(v) || !isContext(v.Type()) {
		return nil
	}
	return v
}

// contextInScope tells whether a parameter, or a variable of a function, that is a
// context and may hold a span is in scope at a node.
func (w *Spans) contextInScope(n ast.Node) bool {
	for s := w.pkg.Scope().Innermost(n.Pos()); s != nil && s != w.pkg.Scope() && s != types.Universe; s = s.Parent() {
		for _, name := range s.Names() {
			v, ok := s.Lookup(name).(*types.Var)
			if ok && name != "_" && v.Pos() < n.Pos() && isContext(v.Type()) && w.mayHoldSpan(v, nil) {
				return true
			}
		}
	}
	return false
}

// mayHoldSpan tells whether a context variable may hold a span, as far as what is
// assigned to it says: a parameter may, one made from Background alone may not.
func (w *Spans) mayHoldSpan(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return false
	}
	if seen == nil {
		seen = map[*types.Var]bool{}
	}
	seen[v] = true
	from := w.assigned(v)
	if len(from) == 0 {
		return !isGlobal(v) && w.isParam(v)
	}
	for _, e := range from {
		if !w.holdsNoSpan(e, seen) {
			return true
		}
	}
	return false
}

func (w *Spans) holdsNoSpan(e ast.Expr, seen map[*types.Var]bool) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := w.info.Uses[e].(*types.Var)
		return w.info.Types[e].IsNil() || ok && !w.mayHoldSpan(v, seen)
	case *ast.CallExpr:
		if w.emptyContext(e) {
			return true
		}
		fn := w.callee(e)
		return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "context" && len(e.Args) > 0 && w.holdsNoSpan(e.Args[0], seen)
	}
	return false
}

// assigned returns what is assigned to a variable, anywhere in the package.
func (w *Spans) assigned(v *types.Var) []ast.Expr {
	if w.assigns == nil {
		w.assigns = map[types.Object][]ast.Expr{}
		w.parameters = map[types.Object]bool{}
		note := func(l, r ast.Expr) {
			id, ok := ast.Unparen(l).(*ast.Ident)
			if !ok || r == nil {
				return
			}
			o := w.info.Defs[id]
			if o == nil {
				o = w.info.Uses[id]
			}
			if o != nil && isContext(o.Type()) {
				w.assigns[o] = append(w.assigns[o], r)
			}
		}
		for _, f := range w.files {
			ast.Inspect(f.ast, func(n ast.Node) bool {
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
								w.parameters[w.info.Defs[id]] = true
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

// isParam tells whether a variable is a parameter of a function.
func (w *Spans) isParam(v *types.Var) bool {
	w.assigned(v)
	return w.parameters[v]
}

// startFunc returns the name of the generic function that passes a context on and
// says something of the Start that is given it.
func (w *Spans) startFunc(name, param string) string {
	local := Prefix + name + "Of"
	arg := ""
	params := "ctx T"
	if param != "" {
		params += ", " + param
		arg = ", token"
	}
	signature := "(ctx " + Prefix + "unsafe.Pointer)"
	if param != "" {
		signature = "(ctx " + Prefix + "unsafe.Pointer, " + param + ")"
	}
	do := w.runtimeFunc(name, signature)
	w.need[fmt.Sprintf("func %s[T any](%s) T { c := any(ctx); %s((*[2]%sunsafe.Pointer)(%[4]sunsafe.Pointer(&c))[1]%s); return ctx }\n", local, params, do, Prefix, arg)] = true
	return local
}
