package weave

import (
	"go/ast"
	"go/token"
	"go/types"
)

// holders are the variables of a unit, and fields it assigns to, that hold on
// to the span of one call. Who holds a context with the span in it is told
// from who can end it: a cancel func made from that context can't.
//
// What is stored in a struct, a map or a slice is not followed: it was given
// away, unless the unit defers something that has to do with that.
type holders struct {
	w    *weaver
	u    *unit
	c    *call
	ends map[types.Object]bool // spans, and funcs over one
	ctxs map[types.Object]bool // contexts
	rest map[types.Object]bool // what else the call returned: a wrapper, say
	more map[types.Object]bool // what is made from the span: a struct with it, say
	by   types.Object          // the one that the call's own statement assigns to

	// roots says of which variable a field is meant: of x in x.span, but not
	// of another of its type.
	roots map[types.Object]types.Object
}

// holders follows one call's span through its unit's assignments.
func (w *weaver) holders(u *unit, c *call) *holders {
	if c.held != nil {
		return c.held
	}
	h := &holders{w: w, u: u, c: c,
		ends: map[types.Object]bool{}, ctxs: map[types.Object]bool{}, rest: map[types.Object]bool{}, more: map[types.Object]bool{}, roots: map[types.Object]types.Object{}}
	for changed := true; changed; {
		changed = false
		for _, n := range u.nodes {
			switch n := n.(type) {
			case *ast.AssignStmt:
				changed = h.assign(n.Lhs, n.Rhs) || changed
			case *ast.ValueSpec:
				lhs := make([]ast.Expr, len(n.Names))
				for i, id := range n.Names {
					lhs[i] = id
				}
				changed = h.assign(lhs, n.Values) || changed
			}
		}
	}
	h.by = h.first()
	c.held = h
	return h
}

// assign adds those variables that an assignment makes hold on to the span.
func (h *holders) assign(lhs, rhs []ast.Expr) bool {
	changed := false
	for i, l := range lhs {
		if len(rhs) == 0 {
			break
		}
		r := rhs[0]
		if len(rhs) == len(lhs) {
			r = rhs[i]
		}
		o := h.object(l)
		if o == nil {
			continue
		}
		set := h.rest
		switch t := o.Type(); {
		case isContext(t):
			if set = h.ctxs; !h.inContext(r) {
				continue
			}
		case isFunc(t) || isSpanType(t):
			if set = h.ends; !h.ending(r) {
				continue
			}
		default:
			if plain(t) {
				continue
			}
			if ast.Unparen(r) != ast.Expr(h.c.expr) {
				if set = h.more; !h.ending(r) {
					continue
				}
			}
		}
		if set[o] {
			continue
		}
		set[o], changed = true, true
		if sel, ok := ast.Unparen(l).(*ast.SelectorExpr); ok && h.roots[o] == nil && o.(*types.Var).IsField() {
			h.roots[o] = h.origin(ast.Unparen(sel.X).(*ast.Ident))
		}
	}
	return changed
}

// object returns the variable that an expression names, or the field where it
// is that of the variable meant.
func (h *holders) object(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := h.origin(e).(*types.Var); ok && e.Name != "_" {
			return v
		}
	case *ast.SelectorExpr:
		x, ok := ast.Unparen(e.X).(*ast.Ident)
		if !ok {
			return nil
		}
		f, ok := h.origin(e.Sel).(*types.Var)
		if !ok {
			return nil
		}
		if !f.IsField() {
			return f // another package's variable
		}
		root := h.origin(x)
		if h.roots[f] == nil || h.roots[f] == root {
			return f
		}
	}
	return nil
}

// origin returns what an identifier stands for; for the field of a generic
// type, that of its declaration.
func (h *holders) origin(id *ast.Ident) types.Object {
	o := h.w.info.Defs[id]
	if o == nil {
		o = h.w.info.Uses[id]
	}
	if v, ok := o.(*types.Var); ok {
		return v.Origin()
	}
	return o
}

// declared returns where the variable was declared that holds on to the span,
// or the one whose field does.
func (h *holders) declared() token.Pos {
	if root := h.roots[h.by]; root != nil {
		return root.Pos()
	}
	return h.by.Pos()
}

// harmless tells whether a selector is a span's method other than End: an
// event, an attribute. It neither ends the span nor hands it to anyone.
func (h *holders) harmless(n *ast.SelectorExpr, set map[types.Object]bool) bool {
	o := h.object(n.X)
	return o != nil && set[o] && isSpanType(o.Type()) && n.Sel.Name != "End"
}

// each calls f for every mention in n of what is in a set, until f says no.
func (h *holders) each(n ast.Node, set map[types.Object]bool, f func(ast.Expr) bool) {
	on := true
	ast.Inspect(n, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !on || !ok {
			return on
		}
		if sel, ok := e.(*ast.SelectorExpr); ok && h.harmless(sel, set) {
			return false
		}
		switch e.(type) {
		case *ast.Ident, *ast.SelectorExpr:
			if o := h.object(e); o != nil && set[o] {
				on = f(e)
				return false
			}
		}
		return on
	})
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// plain tells whether a value of type t can't hold a span: an error, a number.
func plain(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Basic); ok {
		return true
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// ending tells whether who has e's value may end the span.
func (h *holders) ending(e ast.Node) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if found {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			if n == h.c.expr {
				found = h.c.span >= 0 || h.c.end
				return !found
			}
			if h.fromContext(n) {
				found = true
				return false
			}
		case *ast.SelectorExpr:
			if h.harmless(n, h.ends) {
				return false
			}
			if o := h.object(n); o != nil && h.ends[o] {
				found = true
				return false
			}
		case *ast.Ident:
			found = h.ends[h.object(n)]
			return false
		}
		if x, ok := n.(ast.Expr); ok && x != e {
			if t := h.w.info.TypeOf(x); t != nil && isContext(t) {
				return false
			}
		}
		return true
	})
	return found
}

// fromContext tells whether a call is SpanFromContext of a context that holds
// the span.
func (h *holders) fromContext(n *ast.CallExpr) bool {
	sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
	if !ok || len(n.Args) != 1 || sel.Sel.Name != "SpanFromContext" {
		return false
	}
	fn := h.w.info.Uses[sel.Sel]
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == otelTrace && h.inContext(n.Args[0])
}

// inContext tells whether e, a context, is made from the span or from a
// context that holds it.
func (h *holders) inContext(e ast.Node) bool {
	if h.ending(e) {
		return true
	}
	found := false
	h.each(e, h.ctxs, func(ast.Expr) bool { found = true; return false })
	ast.Inspect(e, func(n ast.Node) bool {
		found = found || n == ast.Node(h.c.expr)
		return !found
	})
	return found
}

// escape tells whether the unit returns the span, its context or a func over
// it.
func (h *holders) escape() bool {
	if h.u.typ.Results == nil {
		return false
	}
	var results []types.Type
	for _, r := range h.u.typ.Results.List {
		t := h.w.info.TypeOf(r.Type)
		for _, id := range r.Names {
			if o := h.w.info.Defs[id]; h.ends[o] || h.ctxs[o] {
				return true
			}
		}
		for range max(len(r.Names), 1) {
			results = append(results, t)
		}
	}
	for _, n := range h.u.nodes {
		r, ok := n.(*ast.ReturnStmt)
		if !ok || len(r.Results) == 0 {
			continue
		}
		for i, t := range results {
			e := r.Results[0]
			if len(r.Results) == len(results) {
				e = r.Results[i]
			}
			if isContext(t) && h.inContext(e) || (isFunc(t) || isSpanType(t)) && h.ending(e) {
				return true
			}
		}
	}
	return false
}

// first returns the variable that the statement of the call itself makes hold
// on to its span.
func (h *holders) first() types.Object {
	for i := len(h.c.path) - 1; i >= 0; i-- {
		var lhs []ast.Expr
		switch n := h.c.path[i].(type) {
		case *ast.AssignStmt:
			lhs = n.Lhs
		case *ast.ValueSpec:
			for _, id := range n.Names {
				lhs = append(lhs, id)
			}
		default:
			continue
		}
		for _, set := range []map[types.Object]bool{h.ends, h.rest, h.ctxs} {
			for _, l := range lhs {
				if o := h.object(l); o != nil && set[o] {
					return o
				}
			}
		}
		return nil
	}
	return nil
}

// mentioned tells whether a node mentions what holds on to the span: those who
// may end it, or if there are none its contexts. What its context is asked for
// is the span too.
func (h *holders) mentioned(n ast.Node) bool {
	found := false
	note := func(ast.Expr) bool { found = true; return false }
	if len(h.ends)+len(h.rest) == 0 {
		h.each(n, h.ctxs, note)
	} else {
		h.each(n, h.ends, note)
		h.each(n, h.rest, note)
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !found {
			found = h.fromContext(call)
		}
		return !found
	})
	return found
}

// deferred tells whether the unit defers anything that has to do with the
// span: it ends it itself, when it returns.
func (h *holders) deferred() bool {
	for _, d := range h.u.defers {
		if d.Pos() <= h.c.expr.Pos() && h.c.expr.End() <= d.End() || h.mentioned(d) {
			return true
		}
		made := false
		h.each(d, h.more, func(ast.Expr) bool { made = true; return false })
		if made {
			return true
		}
	}
	return false
}
