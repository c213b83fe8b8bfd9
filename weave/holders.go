package weave

import (
	"go/ast"
	"go/token"
	"go/types"
)

// holders are the variables of a unit, and fields it assigns to, that hold on
// to the span of one call: a value that holds a span is a span, be it a struct
// with the span in it, a func over it, or a wrapper that the call returned. Who
// holds a context with the span in it is told from who can end it: a cancel func
// made from that context can't.
//
// What is put into a slice, a map or a channel is not followed, but for an
// element that is named again by the same key.
type holders struct {
	w    *Funcs
	u    *unit
	c    *call
	ends map[types.Object]bool // spans, and funcs over one
	ctxs map[types.Object]bool // contexts
	rest map[types.Object]bool // what else the call returned, or stored the span in
	more map[types.Object]bool // what is made from the span: a struct with it, say
	keys map[string]bool       // elements of maps and slices, as they are written

	lists map[types.Object]bool // what has a list with the span in it
	by    types.Object          // the one that the call's own statement assigns to

	// roots says of which variable a field is meant: of x in x.span, but not
	// of another of its type.
	roots map[types.Object]types.Object
	// work is what was received, if it is not a span that is held: its last mention that
	// works on it counts.
	work *work
}

func (w *Funcs) newHolders(u *unit) *holders {
	return &holders{w: w, u: u,
		ends: map[types.Object]bool{}, ctxs: map[types.Object]bool{}, rest: map[types.Object]bool{},
		more: map[types.Object]bool{}, keys: map[string]bool{}, lists: map[types.Object]bool{}, roots: map[types.Object]types.Object{}}
}

// holders follows one call's span through its unit's assignments.
func (w *Funcs) holders(u *unit, c *call) *holders {
	if c.held != nil {
		return c.held
	}
	h := w.newHolders(u)
	h.c = c
	for _, o := range w.stored(u, c) {
		if isFunc(o.Type()) || isSpanType(o.Type()) {
			h.ends[o] = true
		} else {
			h.rest[o] = true
		}
		if h.by == nil {
			h.by = o
		}
	}
	if c.used != nil {
		h.by = h.object(c.used)
		h.ends[h.by] = true
	}
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
	if by := h.first(); by != nil && c.used == nil {
		h.by = by
	}
	c.held = h
	return h
}

// held tells whether anything in the unit holds on to the span.
func (h *holders) held() bool { return h.by != nil || len(h.keys) > 0 }

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
		changed = h.assignOne(l, r) || changed
	}
	return changed
}

func (h *holders) assignOne(l, r ast.Expr) bool {
	o := h.object(l)
	if o == nil {
		return h.assignInto(l, r)
	}
	set := h.rest
	switch t := o.Type(); {
	case isContext(t):
		if set = h.ctxs; !h.inContext(r) {
			return false
		}
	case isFunc(t) || isSpanType(t):
		if set = h.ends; !h.ending(r) {
			return false
		}
	default:
		if isCollection(t) {
			return h.listed(l, r)
		}
		if plain(t) {
			return false
		}
		if ast.Unparen(r) != ast.Expr(h.c.expr) || !h.w.returnsHolder(h.c, o.Type()) {
			if set = h.more; !h.carries(r, t) {
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
			if set := h.ends[o] || h.rest[o]; set && !isCollection(root.Type()) {
				h.more[root] = true
			}
		}
	}
	return true
}

// listed notes a variable whose field is a list that the span goes into: a thing
// that closes all of them.
func (h *holders) listed(l, r ast.Expr) bool {
	root, element := h.w.root(l)
	if _, field := ast.Unparen(l).(*ast.SelectorExpr); !field || root == nil || element || h.lists[root] || !h.ending(r) {
		return false
	}
	h.lists[root] = true
	return true
}

// assignInto notes what an assignment stores the span in: what a pointer points
// to, a field of a field, an element.
func (h *holders) assignInto(l, r ast.Expr) bool {
	t := h.w.info.TypeOf(l)
	if t == nil || isContext(t) || plain(t) || !h.carries(r, t) && !(isCallOf(r, h.c) && h.w.spanIndex(h.c, l, t)) {
		return false
	}
	root, element := h.w.root(l)
	if root == nil {
		return false
	}
	if element {
		key := types.ExprString(ast.Unparen(l))
		if !h.local(root) || h.keys[key] {
			return false
		}
		h.keys[key] = true
		return true
	}
	if h.more[root] || isCollection(root.Type()) {
		return false
	}
	h.more[root] = true
	return true
}

func isCallOf(e ast.Expr, c *call) bool { return c != nil && ast.Unparen(e) == ast.Expr(c.expr) }

// spanIndex tells whether an assignment's target has the type of a span, or of a
// func, that the call returns.
func (w *Funcs) spanIndex(c *call, l ast.Expr, t types.Type) bool {
	return isSpanType(t) && c.span >= 0 || isFunc(t) && c.end
}

// root returns the variable that an expression is stored in, and whether that is
// in one of its elements.
func (w *Pass) root(e ast.Expr) (root *types.Var, element bool) {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			o := w.info.Uses[x]
			if o == nil {
				o = w.info.Defs[x]
			}
			v, _ := o.(*types.Var)
			if v != nil {
				v = v.Origin()
			}
			return v, element
		case *ast.SelectorExpr:
			if w.info.Selections[x] == nil { // another package's variable
				v, _ := w.info.Uses[x.Sel].(*types.Var)
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

// local tells whether a variable is the unit's own, and no parameter.
func (h *holders) local(v *types.Var) bool {
	return h.u.body.Pos() <= v.Pos() && v.Pos() < h.u.body.End()
}

// object returns the variable that an expression names, or the field where it
// is that of the variable meant.
func (h *holders) object(e ast.Expr) types.Object {
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

// harmless tells whether a selector is a span's method other than End, or
// another field of what holds it. It neither ends the span nor hands it to
// anyone.
func (h *holders) harmless(n *ast.SelectorExpr) bool {
	if h.work != nil {
		return false
	}
	o := h.object(n.X)
	if o == nil {
		return false
	}
	if isSpanType(o.Type()) && h.ends[o] {
		return n.Sel.Name != "End"
	}
	if !h.rest[o] && !h.more[o] {
		return false
	}
	s := h.w.info.Selections[n]
	if s == nil || s.Kind() != types.FieldVal {
		return false
	}
	if f := h.object(n); f != nil && (h.ends[f] || h.rest[f] || h.more[f]) {
		return false
	}
	return !isFunc(s.Type()) && !isSpanType(s.Type()) && !h.w.holdsSpan(s.Type())
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func isCollection(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Chan, *types.Array:
		return true
	}
	return false
}

// plain tells whether a value of type t can't hold a span: an error, a number.
func plain(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Basic); ok {
		return true
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// holdsSpan tells by its type alone whether a value may hold a span, or a func
// over one: a struct with a field for it, a pointer to one.
func (w *Funcs) holdsSpan(t types.Type) bool { return holdsSpan(t, 3) }

func holdsSpan(t types.Type, depth int) bool {
	t = types.Unalias(t)
	if isSpanType(t) {
		return true
	}
	if depth == 0 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return holdsSpan(u.Elem(), depth-1)
	case *types.Struct:
		for i := range u.NumFields() {
			f := u.Field(i).Type()
			if sig, ok := f.Underlying().(*types.Signature); ok && sig.Params().Len() == 0 && sig.Results().Len() == 0 {
				return true
			}
			if holdsSpan(f, depth-1) {
				return true
			}
		}
	}
	return false
}

// carries tells whether e's value, of type t, holds on to the span: it is a
// variable that does, is made from one in place, or of a type that says so.
func (h *holders) carries(e ast.Expr, t types.Type) bool {
	if !h.ending(e) {
		return false
	}
	if isFunc(t) || isSpanType(t) || h.w.holdsSpan(t) {
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
		return isCallOf(e, h.c)
	}
	return false
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
			if h.c != nil && n == h.c.expr {
				found = h.c.span >= 0 || h.c.end || h.c.site && h.c.hand.result && !h.c.hand.byCtx
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
			if o := h.object(n); o != nil && h.holds(o) {
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
			found = !h.w.stores[n] && h.holds(h.object(n))
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

// holds tells whether who has an object may end the span.
func (h *holders) holds(o types.Object) bool {
	return o != nil && (h.ends[o] || h.rest[o] || h.more[o])
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
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = found || h.c != nil && n == h.c.expr
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
		case *ast.FuncLit:
			return nil
		default:
			continue
		}
		for _, set := range []map[types.Object]bool{h.ends, h.rest, h.more, h.ctxs} {
			for _, l := range lhs {
				if o := h.object(l); o != nil && set[o] {
					return o
				}
			}
		}
		for _, l := range lhs {
			if root, element := h.w.root(l); root != nil && !element && h.more[root] {
				return root
			}
		}
		return nil
	}
	return nil
}
