package weave

import (
	"go/ast"
	"go/types"
)

// Which functions hand the spans they start to their callers, and where the
// caller finds them: among the results, in what a method was called on, in what
// a pointer argument points to, in a variable that both see.

// hands computes what a unit hands to its caller, and tells whether that is more
// than it knew.
func (w *Spans) hands(u *unit) bool {
	more := false
	for _, c := range u.calls {
		if !c.site || c.used != nil {
			continue
		}
		by, ok := w.handsOn(u, c)
		if !ok {
			continue
		}
		var grown bool
		if u.hand, grown = u.hand.add(by); grown || !c.passed {
			c.passed, more = true, true
		}
		c.outward = c.outward || !by.result
		if !by.result || !by.byCtx && !w.bySpan(by, u) {
			c.byFunc = true
		}
	}
	return more
}

// bySpan tells whether a unit's results name the span itself.
func (w *Spans) bySpan(h handing, u *unit) bool { return h.result && w.returnsSpan(u) }

// handsOn tells how a unit hands one call's span to its caller, if it does.
func (w *Spans) handsOn(u *unit, c *call) (by handing, ok bool) {
	if u.typ == nil {
		return by, false
	}
	h := w.holders(u, c)
	for _, n := range u.nodes {
		r, isReturn := n.(*ast.ReturnStmt)
		if !isReturn {
			continue
		}
		for _, t := range h.returned(r) {
			by.result = true
			by.byCtx = by.byCtx || isContext(t)
		}
	}
	if by.result {
		if !w.Own && !by.byCtx {
			return handing{}, false
		}
		return by, true
	}
	if by = w.outward(u, c, h); !w.Own || !by.any() {
		return handing{}, false
	}
	// Not where it is given away, or ended, on every path.
	if course := w.course(u, c, true); !course.out {
		return handing{}, false
	}
	return by, true
}

// outward finds what holds on to a call's span that outlives the unit.
func (w *Spans) outward(u *unit, c *call, h *holders) (by handing) {
	for _, set := range []map[types.Object]bool{h.ends, h.rest, h.more} {
		for o := range set {
			v, ok := o.(*types.Var)
			if !ok || v.IsField() || h.local(v) {
				continue // of a field, the variable is among them too
			}
			direct := h.ends[o] || h.rest[o] // it is the span's own place
			switch at := w.paramOf(u, v); {
			case at >= -1:
				if _, pointer := v.Type().Underlying().(*types.Pointer); !pointer {
					continue
				}
				if at == -1 {
					by.recv = true
				} else if at < 64 {
					by.params |= 1 << at
				}
			case isGlobal(v):
				if v.Pkg() == w.pkg && c.span >= 0 {
					by.vars = append(by.vars, v)
				}
			case u.lit != nil && direct || u.lit != nil && h.more[o]:
				by.vars = append(by.vars, v)
			}
		}
	}
	return by
}

// paramOf returns which parameter a variable is: -1 for the receiver, -2 for none.
func (w *Spans) paramOf(u *unit, v *types.Var) int {
	if u.recv != nil {
		for _, f := range u.recv.List {
			for _, id := range f.Names {
				if w.info.Defs[id] == types.Object(v) {
					return -1
				}
			}
		}
	}
	i := 0
	for _, f := range u.typ.Params.List {
		for _, id := range f.Names {
			if w.info.Defs[id] == types.Object(v) {
				return i
			}
			i++
		}
		if len(f.Names) == 0 {
			i++
		}
	}
	return -2
}

// course returns a call's course through its unit. pass says that what holds on
// to the span outlives the unit, by something other than a result.
func (w *Spans) course(u *unit, c *call, pass bool) *course {
	if u.flow == nil {
		u.flow = newFlow(u.body, w.never)
	}
	h := w.holders(u, c)
	var same []*call // what starts another span into the variable
	for _, o := range u.calls {
		if o != c && o.site && h.by != nil && w.holders(u, o).by == h.by {
			same = append(same, o)
		}
	}
	restarts := func(n ast.Node) (again, blind bool) {
		for _, o := range same {
			if within(o.expr.Pos(), n) && w.exact(o, n) {
				// What the callee stores it in is no mention.
				return true, len(w.stored(u, o)) > 0
			}
		}
		return false, false
	}
	return w.follow(u.flow, h, c.expr, restarts, pass, w.early(u, h), nil)
}

// early tells whether something that was deferred before the start, and has run
// the defer statement on every way to it, ends what the variable holds.
func (w *Spans) early(u *unit, h *holders) bool {
	for _, d := range u.defers {
		if d.Pos() >= h.c.expr.Pos() || h.effects(d)&keepsVar == 0 {
			continue
		}
		for _, list := range u.lists {
			if !within(h.c.expr.Pos(), list) {
				continue
			}
			for _, s := range stmtsOf(list) {
				if s == ast.Stmt(d) {
					return true
				}
			}
		}
	}
	return false
}

func stmtsOf(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}
