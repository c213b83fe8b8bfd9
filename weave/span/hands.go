package span

import (
	"go/ast"
	"go/types"

	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/pass"
)

// Which functions hand the spans they start to their callers, and where the
// caller finds them: among the results, in what a method was called on, in what
// a pointer argument points to, in a variable that both see.

// hands computes what a unit hands to its caller, and reports whether that is more
// than it knew.
func (w *Source) hands(u *extent.Unit) bool {
	more := false
	for _, c := range u.Calls {
		if !c.Site || c.Used != nil {
			continue
		}
		by, ok := w.handsOn(u, c)
		if !ok {
			continue
		}
		var grown bool
		if u.Hand, grown = u.Hand.Add(by); grown || !c.Passed {
			c.Passed, more = true, true
		}
		c.Outward = c.Outward || !by.Result
		if !by.Result || !by.ByCtx && !w.bySpan(by, u) {
			c.ByFunc = true
		}
	}
	return more
}

// bySpan reports whether a unit's results name the span itself.
func (w *Source) bySpan(h extent.Handing, u *extent.Unit) bool { return h.Result && w.returnsSpan(u) }

// handsOn tells how a unit hands one call's span to its caller, if it does.
func (w *Source) handsOn(u *extent.Unit, c *extent.Call) (by extent.Handing, ok bool) {
	if u.Type == nil {
		return by, false
	}
	h := w.Aliases(u, c)
	for _, n := range u.Nodes {
		r, isReturn := n.(*ast.ReturnStmt)
		if !isReturn {
			continue
		}
		for _, t := range h.Returned(r) {
			by.Result = true
			by.ByCtx = by.ByCtx || pass.IsContext(t)
		}
	}
	if by.Result {
		if !w.Own && !by.ByCtx {
			return extent.Handing{}, false
		}
		return by, true
	}
	if by = w.outward(u, c, h); !w.Own || !by.Any() {
		return extent.Handing{}, false
	}
	// Not where it is given away, or ended, on every path.
	if course := w.course(u, c, true); !course.Out {
		return extent.Handing{}, false
	}
	return by, true
}

// outward finds what holds on to a call's span that outlives the unit.
func (w *Source) outward(u *extent.Unit, c *extent.Call, h *extent.Aliases) (by extent.Handing) {
	for _, set := range []map[types.Object]bool{h.Ends, h.Rest, h.More} {
		for o := range set {
			v, ok := o.(*types.Var)
			if !ok || v.IsField() || h.Local(v) {
				continue // of a field, the variable is among them too
			}
			direct := h.Ends[o] || h.Rest[o] // it is the span's own place
			switch at := w.paramOf(u, v); {
			case at >= -1:
				if _, pointer := v.Type().Underlying().(*types.Pointer); !pointer {
					continue
				}
				if at == -1 {
					by.Recv = true
				} else if at < 64 {
					by.Params |= 1 << at
				}
			case extent.IsGlobal(v):
				if v.Pkg() == w.Types && c.Span >= 0 {
					by.Vars = append(by.Vars, v)
				}
			case u.Lit != nil && direct || u.Lit != nil && h.More[o]:
				by.Vars = append(by.Vars, v)
			}
		}
	}
	return by
}

// paramOf returns which parameter a variable is: -1 for the receiver, -2 for none.
func (w *Source) paramOf(u *extent.Unit, v *types.Var) int {
	if u.Recv != nil {
		for _, f := range u.Recv.List {
			for _, id := range f.Names {
				if w.Info.Defs[id] == types.Object(v) {
					return -1
				}
			}
		}
	}
	i := 0
	for _, f := range u.Type.Params.List {
		for _, id := range f.Names {
			if w.Info.Defs[id] == types.Object(v) {
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

// course returns a call's course through its unit. outlives says that what holds on
// to the span outlives the unit, by something other than a result.
func (w *Source) course(u *extent.Unit, c *extent.Call, outlives bool) *extent.Course {
	if u.Flow == nil {
		u.Flow = extent.NewFlow(u.Body, w.Never)
	}
	h := w.Aliases(u, c)
	var same []*extent.Call // what starts another span into the variable
	for _, o := range u.Calls {
		if o != c && o.Site && h.By != nil && w.Aliases(u, o).By == h.By {
			same = append(same, o)
		}
	}
	restarts := func(n ast.Node) (again, blind bool) {
		for _, o := range same {
			if pass.Within(o.Expr.Pos(), n) && w.Exact(o, n) {
				// What the callee stores it in is no mention.
				return true, len(w.Stored(u, o)) > 0
			}
		}
		return false, false
	}
	return w.Follow(u.Flow, h, c.Expr, restarts, outlives, w.early(u, h), nil)
}

// early reports whether something that was deferred before the start, and has run
// the defer statement on every way to it, ends what the variable holds.
func (w *Source) early(u *extent.Unit, h *extent.Aliases) bool {
	for _, d := range u.Defers {
		if d.Pos() >= h.Call.Expr.Pos() || h.Effects(d)&extent.KeepsVar == 0 {
			continue
		}
		for _, list := range u.Lists {
			if !pass.Within(h.Call.Expr.Pos(), list) {
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
