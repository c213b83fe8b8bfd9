package extent

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/drift-go/drift-toolexec/weave/pass"
)

// Aliases are the variables of a unit, and fields it assigns to, that hold on
// to the span of one call: a value that holds a span is a span, be it a struct
// with the span in it, a func over it, or a wrapper that the call returned. Who
// holds a context with the span in it is told from who can end it: a cancel func
// made from that context can't.
//
// What is put into a slice, a map or a channel is not followed, but for an
// element that is named again by the same key.
type Aliases struct {
	w    *Funcs
	u    *Unit
	Call *Call
	Ends map[types.Object]bool // spans, and funcs over one
	ctxs map[types.Object]bool // contexts
	Rest map[types.Object]bool // what else the call returned, or stored the span in
	More map[types.Object]bool // what is made from the span: a struct with it, say
	keys map[string]bool       // elements of maps and slices, as they are written

	lists map[types.Object]bool // what has a list with the span in it
	By    types.Object          // the one that the call's own statement assigns to

	// roots says of which variable a field is meant: of x in x.span, but not
	// of another of its type.
	roots map[types.Object]types.Object
	// work is what was received, if it is not a span that is held: its last mention that
	// works on it counts.
	work *Work
}

func (w *Funcs) newHolders(u *Unit) *Aliases {
	return &Aliases{w: w, u: u,
		Ends: map[types.Object]bool{}, ctxs: map[types.Object]bool{}, Rest: map[types.Object]bool{},
		More: map[types.Object]bool{}, keys: map[string]bool{}, lists: map[types.Object]bool{}, roots: map[types.Object]types.Object{}}
}

// Aliases follows one call's span through its unit's assignments.
func (w *Funcs) Aliases(u *Unit, c *Call) *Aliases {
	if c.Held != nil {
		return c.Held
	}
	h := w.newHolders(u)
	h.Call = c
	for _, o := range w.Stored(u, c) {
		if pass.IsFunc(o.Type()) || pass.IsSpanType(o.Type()) {
			h.Ends[o] = true
		} else {
			h.Rest[o] = true
		}
		if h.By == nil {
			h.By = o
		}
	}
	if c.Used != nil {
		h.By = h.object(c.Used)
		h.Ends[h.By] = true
	}
	for changed := true; changed; {
		changed = false
		for _, n := range u.Nodes {
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
	if by := h.first(); by != nil && c.Used == nil {
		h.By = by
	}
	c.Held = h
	return h
}

// Held reports whether anything in the unit holds on to the span.
func (h *Aliases) Held() bool { return h.By != nil || len(h.keys) > 0 }

// assign adds those variables that an assignment makes hold on to the span.
func (h *Aliases) assign(lhs, rhs []ast.Expr) bool {
	changed := false
	for i, l := range lhs {
		if len(rhs) == 0 {
			break
		}
		r := rhs[0]
		if len(rhs) == len(lhs) {
			r = rhs[i]
		}
		changed = h.assignOne(l, r) || changed
	}
	return changed
}

func (h *Aliases) assignOne(l, r ast.Expr) bool {
	o := h.object(l)
	if o == nil {
		return h.assignInto(l, r)
	}
	set := h.Rest
	switch t := o.Type(); {
	case pass.IsContext(t):
		if set = h.ctxs; !h.inContext(r) {
			return false
		}
	case pass.IsFunc(t) || pass.IsSpanType(t):
		if set = h.Ends; !h.ending(r) {
			return false
		}
	default:
		if pass.IsCollection(t) {
			return h.listed(l, r)
		}
		if pass.Plain(t) {
			return false
		}
		if ast.Unparen(r) != ast.Expr(h.Call.Expr) || !h.w.returnsHolder(h.Call, o.Type()) {
			if set = h.More; !h.carries(r, t) {
				return false
			}
		}
	}
	if set[o] {
		return false
	}
	set[o] = true
	if sel, ok := ast.Unparen(l).(*ast.SelectorExpr); ok && h.roots[o] == nil && o.(*types.Var).IsField() {
		if root := h.origin(ast.Unparen(sel.X).(*ast.Ident)); root != nil {
			h.roots[o] = root
			if set := h.Ends[o] || h.Rest[o]; set && !pass.IsCollection(root.Type()) {
				h.More[root] = true
			}
		}
	}
	return true
}

// listed notes a variable whose field is a list that the span goes into: a thing
// that closes all of them.
func (h *Aliases) listed(l, r ast.Expr) bool {
	root, element := h.w.Root(l)
	if _, field := ast.Unparen(l).(*ast.SelectorExpr); !field || root == nil || element || h.lists[root] || !h.ending(r) {
		return false
	}
	h.lists[root] = true
	return true
}

// assignInto notes what an assignment stores the span in: what a pointer points
// to, a field of a field, an element.
func (h *Aliases) assignInto(l, r ast.Expr) bool {
	t := h.w.Info.TypeOf(l)
	if t == nil || pass.IsContext(t) || pass.Plain(t) || !h.carries(r, t) && !(isCallOf(r, h.Call) && h.w.spanIndex(h.Call, l, t)) {
		return false
	}
	root, element := h.w.Root(l)
	if root == nil {
		return false
	}
	if element {
		key := types.ExprString(ast.Unparen(l))
		if !h.Local(root) || h.keys[key] {
			return false
		}
		h.keys[key] = true
		return true
	}
	if h.More[root] || pass.IsCollection(root.Type()) {
		return false
	}
	h.More[root] = true
	return true
}

func isCallOf(e ast.Expr, c *Call) bool { return c != nil && ast.Unparen(e) == ast.Expr(c.Expr) }

// spanIndex reports whether an assignment's target has the type of a span, or of a
// func, that the call returns.
func (w *Funcs) spanIndex(c *Call, l ast.Expr, t types.Type) bool {
	return pass.IsSpanType(t) && c.Span >= 0 || pass.IsFunc(t) && c.End
}

// Local reports whether a variable is the unit's own, and no parameter.
func (h *Aliases) Local(v *types.Var) bool {
	return h.u.Body.Pos() <= v.Pos() && v.Pos() < h.u.Body.End()
}

// object returns the variable that an expression names, or the field where it
// is that of the variable meant.
func (h *Aliases) object(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := h.origin(e).(*types.Var); ok && e.Name != "_" && !v.IsField() {
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
func (h *Aliases) origin(id *ast.Ident) types.Object {
	o := h.w.Info.Defs[id]
	if o == nil {
		o = h.w.Info.Uses[id]
	}
	if v, ok := o.(*types.Var); ok {
		return v.Origin()
	}
	return o
}

// declared returns where the variable was declared that holds on to the span,
// or the one whose field does.
func (h *Aliases) declared() token.Pos {
	if root := h.roots[h.By]; root != nil {
		return root.Pos()
	}
	return h.By.Pos()
}

// harmless reports whether a selector is a span's method other than End, or
// another field of what holds it. It neither ends the span nor hands it to
// anyone.
func (h *Aliases) harmless(n *ast.SelectorExpr) bool {
	if h.work != nil {
		return false
	}
	if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok && !h.onlyCtx() && h.fromContext(call) {
		return n.Sel.Name != "End"
	}
	o := h.object(n.X)
	if o == nil {
		return false
	}
	if pass.IsSpanType(o.Type()) && h.Ends[o] {
		return n.Sel.Name != "End"
	}
	if !h.Rest[o] && !h.More[o] {
		return false
	}
	s := h.w.Info.Selections[n]
	if s == nil || s.Kind() != types.FieldVal {
		return false
	}
	if f := h.object(n); f != nil && (h.Ends[f] || h.Rest[f] || h.More[f]) {
		return false
	}
	return !pass.IsFunc(s.Type()) && !pass.IsSpanType(s.Type()) && !h.w.holdsSpan(s.Type())
}

// holdsSpan reports by its type alone whether a value may hold a span, or a func
// over one: a struct with a field for it, a pointer to one.
func (w *Funcs) holdsSpan(t types.Type) bool { return HoldsSpan(t, 3) }

func HoldsSpan(t types.Type, depth int) bool {
	t = types.Unalias(t)
	if pass.IsSpanType(t) {
		return true
	}
	if depth == 0 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return HoldsSpan(u.Elem(), depth-1)
	case *types.Struct:
		for i := range u.NumFields() {
			f := u.Field(i).Type()
			if sig, ok := f.Underlying().(*types.Signature); ok && sig.Params().Len() == 0 && sig.Results().Len() == 0 {
				return true
			}
			if HoldsSpan(f, depth-1) {
				return true
			}
		}
	}
	return false
}

// carries reports whether e's value, of type t, holds on to the span: it is a
// variable that does, is made from one in place, or of a type that says so.
func (h *Aliases) carries(e ast.Expr, t types.Type) bool {
	if !h.ending(e) {
		return false
	}
	if pass.IsFunc(t) || pass.IsSpanType(t) || h.w.holdsSpan(t) {
		return true
	}
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = ast.Unparen(u.X)
	}
	switch e.(type) {
	case *ast.CompositeLit, *ast.Ident, *ast.SelectorExpr, *ast.FuncLit:
		return true
	case *ast.CallExpr:
		return isCallOf(e, h.Call)
	}
	return false
}

// ending reports whether who has e's value may end the span.
func (h *Aliases) ending(e ast.Node) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if found {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			if h.Call != nil && n == h.Call.Expr {
				found = h.Call.Span >= 0 || h.Call.End || h.Call.Site && h.Call.Hand.Result && !h.Call.Hand.ByCtx
				return !found
			}
			if h.fromContext(n) {
				found = true
				return false
			}
		case *ast.SelectorExpr:
			if h.harmless(n) {
				return false
			}
			if o := h.object(n); o != nil && h.Holds(o) {
				found = true
				return false
			}
			if h.keys[types.ExprString(n)] {
				found = true
				return false
			}
		case *ast.IndexExpr:
			if h.keys[types.ExprString(n)] {
				found = true
				return false
			}
		case *ast.Ident:
			found = !h.w.stores[n] && h.Holds(h.object(n))
			return false
		}
		if x, ok := n.(ast.Expr); ok && x != e {
			if t := h.w.Info.TypeOf(x); t != nil && pass.IsContext(t) {
				return false
			}
		}
		return true
	})
	return found
}

// Holds reports whether who has an object may end the span.
func (h *Aliases) Holds(o types.Object) bool {
	return o != nil && (h.Ends[o] || h.Rest[o] || h.More[o])
}

// fromContext reports whether a call is SpanFromContext of a context that holds
// the span.
func (h *Aliases) fromContext(n *ast.CallExpr) bool {
	sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
	if !ok || len(n.Args) != 1 || sel.Sel.Name != "SpanFromContext" {
		return false
	}
	fn := h.w.Info.Uses[sel.Sel]
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == pass.OtelTrace && h.inContext(n.Args[0])
}

// inContext reports whether e, a context, is made from the span or from a
// context that holds it.
func (h *Aliases) inContext(e ast.Node) bool {
	if h.ending(e) {
		return true
	}
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = found || h.Call != nil && n == h.Call.Expr
		case *ast.SelectorExpr:
			found = found || h.ctxs[h.object(n)]
		case *ast.Ident:
			found = found || !h.w.stores[n] && h.ctxs[h.object(n)]
		}
		return !found
	})
	return found
}

// first returns the variable that the statement of the call itself makes hold
// on to its span.
func (h *Aliases) first() types.Object {
	for i := len(h.Call.Path) - 1; i >= 0; i-- {
		var lhs []ast.Expr
		switch n := h.Call.Path[i].(type) {
		case *ast.AssignStmt:
			lhs = n.Lhs
		case *ast.ValueSpec:
			for _, id := range n.Names {
				lhs = append(lhs, id)
			}
		case *ast.FuncLit:
			return nil
		default:
			continue
		}
		for _, set := range []map[types.Object]bool{h.Ends, h.Rest, h.More, h.ctxs} {
			for _, l := range lhs {
				if o := h.object(l); o != nil && set[o] {
					return o
				}
			}
		}
		for _, l := range lhs {
			if root, element := h.w.Root(l); root != nil && !element && h.More[root] {
				return root
			}
		}
		return nil
	}
	return nil
}
