package extent

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/drift-go/drift-toolexec/weave/pass"
)

// What a piece of code does to the span that some variables hold on to: it ends
// it, mentions it, gives it away, lets go of the variable, or registers its End.

type Effect uint8

const (
	// mentions says that the span is used, or may be, by code that hands it back:
	// a callee that ends nothing, say.
	mentions Effect = 1 << iota
	// ends says that the code may end it: its End, a func over it, a method of what
	// holds it.
	ends
	// gives says that someone else may have it from here on: a goroutine, a channel,
	// a callee that keeps it, a slice.
	gives
	// kills says that the variable holds something else from here on.
	kills
	// keeps says that a deferred call ends the span, whatever the variable holds then.
	keeps
	// keepsVar says that a deferred or registered func ends what the variable holds
	// then.
	KeepsVar
	// closes says that the code is the End of what the variable holds, and nothing
	// else.
	closes
)

const someMention = mentions | ends | gives | keeps | KeepsVar

// counts reports whether an object counts: those who may end the span, or if there are none its
// contexts.
func (h *Aliases) counts(o types.Object) bool {
	if o == nil {
		return false
	}
	if len(h.Ends)+len(h.Rest)+len(h.More)+len(h.keys) == 0 {
		return h.ctxs[o]
	}
	return h.Holds(o) || h.Call != nil && h.Call.Used != nil && h.ctxs[o]
}

// onlyCtx reports whether nothing but contexts hold on to the span.
func (h *Aliases) onlyCtx() bool { return len(h.Ends)+len(h.Rest)+len(h.More)+len(h.keys) == 0 }

// Effects tells what a node does.
func (h *Aliases) Effects(n ast.Node) Effect {
	switch n := n.(type) {
	case *ast.DeferStmt:
		return h.deferred(n)
	case *ast.GoStmt:
		switch {
		case h.scan(n.Call) == 0:
			return 0
		case h.work != nil && h.work.Element: // the goroutine works on it
			return mentions
		}
		return gives
	case *ast.ReturnStmt:
		e := h.scan(n)
		if h.Returned(n) != nil {
			e |= mentions
		}
		return e
	}
	return h.scan(n) | h.killed(n) | h.closed(n)
}

// closed reports whether a statement is the span's own End. The frame is known to
// have ended then.
func (h *Aliases) closed(n ast.Node) Effect {
	s, ok := n.(*ast.ExprStmt)
	if !ok {
		return 0
	}
	call, ok := ast.Unparen(s.X).(*ast.CallExpr)
	if !ok || len(call.Args) > 0 {
		return 0
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "End" || h.By == nil || h.object(sel.X) != h.By || !pass.IsSpanType(h.By.Type()) {
		return 0
	}
	return closes
}

// scan gathers what the mentions in a node do.
func (h *Aliases) scan(n ast.Node) Effect {
	var all Effect
	var path []ast.Node
	ast.Inspect(n, func(e ast.Node) bool {
		if e == nil {
			path = path[:len(path)-1]
			return true
		}
		down := true
		switch e := e.(type) {
		case *ast.CallExpr:
			if h.fromContext(e) {
				all |= h.mention(e, path)
				down = false
			} else if h.touched(e) {
				all |= ends
			}
		case *ast.SelectorExpr:
			if h.harmless(e) {
				down = false
			} else if h.counts(h.object(e)) || h.keys[types.ExprString(e)] {
				all |= h.mention(e, path)
				down = false
			}
		case *ast.IndexExpr:
			if len(h.keys) > 0 && h.keys[types.ExprString(e)] {
				all |= h.mention(e, path)
				down = false
			}
		case *ast.Ident:
			if !h.w.stores[e] && h.counts(h.object(e)) && h.w.Info.Defs[e] == nil {
				all |= h.mention(e, path)
			}
		}
		if down {
			path = append(path, e)
		}
		return down
	})
	return all
}

// touched reports whether a call is one of a function of this package's that
// mentions a package's variable that holds on to the span.
func (h *Aliases) touched(call *ast.CallExpr) bool {
	u := h.w.UnitOf(call)
	if u == nil {
		return false
	}
	for _, set := range []map[types.Object]bool{h.Ends, h.Rest, h.More} {
		for o := range set {
			if v, ok := o.(*types.Var); ok && IsGlobal(v) && h.w.touches(u, o, nil) {
				return true
			}
		}
	}
	return false
}

func IsGlobal(v *types.Var) bool {
	return !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

// touches reports whether a function reads a package's variable, itself or through
// the functions it calls.
func (w *Funcs) touches(u *Unit, o types.Object, seen map[*Unit]bool) bool {
	if seen[u] {
		return false
	}
	if seen == nil {
		seen = map[*Unit]bool{}
	}
	seen[u] = true
	found := false
	ast.Inspect(u.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			found = found || w.Info.Uses[n] == o && !w.stores[n]
		case *ast.CallExpr:
			if v := w.UnitOf(n); v != nil && !found {
				found = w.touches(v, o, seen)
			}
		}
		return !found
	})
	return found
}

// mention tells what is done with one mention, by what is around it, the path.
func (h *Aliases) mention(e ast.Node, path []ast.Node) Effect {
	i := len(path) - 1
	for j, n := range path { // a literal's code runs where the literal goes
		if lit, ok := n.(*ast.FuncLit); ok {
			if j > 0 {
				if call, ok := path[j-1].(*ast.CallExpr); ok && call.Fun == ast.Expr(lit) {
					return ends
				}
			}
			e, i = lit, j-1
			break
		}
	}
	kept := false // it goes into a slice
	for ; i >= 0; i-- {
		switch p := path[i].(type) {
		case *ast.BinaryExpr:
			if p.Op == token.EQL || p.Op == token.NEQ {
				return 0 // compared, with nil mostly
			}
			if h.work == nil {
				return mentions
			}
		case *ast.ParenExpr, *ast.StarExpr, *ast.TypeAssertExpr, *ast.KeyValueExpr, *ast.CompositeLit, *ast.SliceExpr:
		case *ast.UnaryExpr:
			if p.Op != token.AND {
				return mentions
			}
		case *ast.IndexExpr:
			if p.X != e {
				return mentions
			}
		case *ast.SelectorExpr:
			if i > 0 {
				if call, ok := path[i-1].(*ast.CallExpr); ok && ast.Unparen(call.Fun) == ast.Expr(p) {
					return ends
				}
			}
		case *ast.CallExpr:
			if ast.Unparen(p.Fun) == e {
				return ends
			}
			fun := h.w.Info.Types[ast.Unparen(p.Fun)]
			if fun.IsType() {
				break // a conversion
			}
			if fun.IsBuiltin() {
				if id, ok := ast.Unparen(p.Fun).(*ast.Ident); !ok || id.Name != "append" {
					return mentions
				}
				kept = true
				break
			}
			return h.argument(p, e)
		case *ast.AssignStmt:
			for k, r := range p.Rhs {
				if r == e {
					l := p.Lhs[0]
					if len(p.Rhs) == len(p.Lhs) {
						l = p.Lhs[k]
					}
					return h.assigned(l, kept)
				}
			}
			return 0
		case *ast.ValueSpec:
			if h.work != nil && !h.work.Element && len(p.Names) > 0 && h.work.By.Same(h.w.Info.TypeOf(p.Names[0])) || kept {
				return gives
			}
			return mentions
		case *ast.SendStmt:
			if p.Value == e && h.work != nil && h.work.Element { // whoever receives it works on it
				return mentions
			}
			if p.Value == e {
				return gives
			}
			return mentions
		default:
			return mentions
		}
		e = path[i]
	}
	return mentions
}

// assigned tells what an assignment of the span to l does.
func (h *Aliases) assigned(l ast.Expr, kept bool) Effect {
	if id, ok := ast.Unparen(l).(*ast.Ident); ok && id.Name == "_" {
		return 0
	}
	root, element := h.w.Root(l)
	if h.work != nil {
		v, ok := h.object(l).(*types.Var)
		switch {
		case !ok || kept || !h.Local(v):
			return gives
		case h.work.Element && v.Pos() > h.work.Node.Pos(), !h.work.Element && !h.work.By.Same(v.Type()):
			return mentions // it is made from the message
		}
		return gives
	}
	switch {
	case root == nil:
		return gives
	case element && h.keys[types.ExprString(ast.Unparen(l))]:
		return mentions
	case element, kept && pass.IsCollection(root.Type()):
		return gives
	case h.Holds(root) || h.ctxs[root], h.Holds(h.object(l)):
		return mentions
	case h.Local(root):
		return mentions
	}
	return gives
}

// argument tells what a call does with an argument.
func (h *Aliases) argument(call *ast.CallExpr, arg ast.Node) Effect {
	if h.work != nil {
		return mentions
	}
	if h.Call != nil && call == h.Call.Expr {
		return mentions
	}
	if e := h.registered(call, arg); e != 0 {
		return e
	}
	if h.onlyCtx() {
		return mentions
	}
	if u := h.w.UnitOf(call); u != nil {
		for k, a := range call.Args {
			if a == arg {
				return h.w.parameter(u, k)
			}
		}
		return gives
	}
	if fn := h.w.Callee(call); fn != nil && fn.Pkg() != nil {
		if t := h.w.Info.TypeOf(call); t != nil && pass.IsContext(t) && (fn.Pkg().Path() == pass.OtelTrace || fn.Pkg().Path() == "context") {
			return mentions
		}
	}
	return gives
}

// killed reports whether an assignment lets go of the variable that holds on to the
// span.
func (h *Aliases) killed(n ast.Node) Effect {
	a, ok := n.(*ast.AssignStmt)
	if !ok || h.By == nil {
		return 0
	}
	for i, l := range a.Lhs {
		if h.object(l) != h.By || h.By == nil {
			continue
		}
		r := a.Rhs[0]
		if len(a.Rhs) == len(a.Lhs) {
			r = a.Rhs[i]
		}
		if h.Call != nil && pass.Within(h.Call.Expr.Pos(), r) || h.ending(r) {
			continue
		}
		if h.w.Info.Types[ast.Unparen(r)].IsNil() && !h.alone() {
			continue
		}
		return kills
	}
	return 0
}

// alone reports whether nothing but the variable, and funcs over it, hold on to the
// span.
func (h *Aliases) alone() bool {
	for _, set := range []map[types.Object]bool{h.Ends, h.Rest, h.More} {
		for o := range set {
			if o != h.By && !pass.IsFunc(o.Type()) {
				return false
			}
		}
	}
	return len(h.keys) == 0
}
