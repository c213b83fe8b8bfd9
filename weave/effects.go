package weave

import (
	"go/ast"
	"go/token"
	"go/types"
)

// What a piece of code does to the span that some variables hold on to: it ends
// it, mentions it, gives it away, lets go of the variable, or registers its End.

type effect uint8

const (
	// mentions says that the span is used, or may be, by code that hands it back:
	// a callee that ends nothing, say.
	mentions effect = 1 << iota
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
	keepsVar
	// closes says that the code is the End of what the variable holds, and nothing
	// else.
	closes
)

const someMention = mentions | ends | gives | keeps | keepsVar

// set returns what counts: those who may end the span, or if there are none its
// contexts.
func (h *holders) counts(o types.Object) bool {
	if o == nil {
		return false
	}
	if len(h.ends)+len(h.rest)+len(h.more)+len(h.keys) == 0 {
		return h.ctxs[o]
	}
	return h.holds(o) || h.c != nil && h.c.used != nil && h.ctxs[o]
}

// byCtx tells whether nothing but contexts hold on to the span.
func (h *holders) onlyCtx() bool { return len(h.ends)+len(h.rest)+len(h.more)+len(h.keys) == 0 }

// effects tells what a node does.
func (h *holders) effects(n ast.Node) effect {
	switch n := n.(type) {
	case *ast.DeferStmt:
		return h.deferred(n)
	case *ast.GoStmt:
		if h.scan(n.Call) != 0 {
			return gives
		}
		return 0
	case *ast.ReturnStmt:
		e := h.scan(n)
		if h.returned(n) != nil {
			e |= mentions
		}
		return e
	}
	return h.scan(n) | h.killed(n) | h.closed(n)
}

// closed tells whether a statement is the span's own End. The frame is known to
// have ended then.
func (h *holders) closed(n ast.Node) effect {
	s, ok := n.(*ast.ExprStmt)
	if !ok {
		return 0
	}
	call, ok := ast.Unparen(s.X).(*ast.CallExpr)
	if !ok || len(call.Args) > 0 {
		return 0
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "End" || h.by == nil || h.object(sel.X) != h.by || !isSpanType(h.by.Type()) {
		return 0
	}
	return closes
}

// scan gathers what the mentions in a node do.
func (h *holders) scan(n ast.Node) effect {
	var all effect
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
			if !h.w.stores[e] && h.counts(h.object(e)) && h.w.info.Defs[e] == nil {
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

// touched tells whether a call is one of a function of this package's that
// mentions a package's variable that holds on to the span.
func (h *holders) touched(call *ast.CallExpr) bool {
	u := h.w.unitOf(call)
	if u == nil {
		return false
	}
	for _, set := range []map[types.Object]bool{h.ends, h.rest, h.more} {
		for o := range set {
			if v, ok := o.(*types.Var); ok && isGlobal(v) && h.w.touches(u, o, nil) {
				return true
			}
		}
	}
	return false
}

func isGlobal(v *types.Var) bool {
	return !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

// touches tells whether a function reads a package's variable, itself or through
// the functions it calls.
func (w *weaver) touches(u *unit, o types.Object, seen map[*unit]bool) bool {
	if seen[u] {
		return false
	}
	if seen == nil {
		seen = map[*unit]bool{}
	}
	seen[u] = true
	found := false
	ast.Inspect(u.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			found = found || w.info.Uses[n] == o && !w.stores[n]
		case *ast.CallExpr:
			if v := w.unitOf(n); v != nil && !found {
				found = w.touches(v, o, seen)
			}
		}
		return !found
	})
	return found
}

// mention tells what is done with one mention, by what is around it, the path.
func (h *holders) mention(e ast.Node, path []ast.Node) effect {
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
			if !h.work {
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
			fun := h.w.info.Types[ast.Unparen(p.Fun)]
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
			if h.work && len(p.Names) > 0 && h.w.messageKind(h.w.info.TypeOf(p.Names[0])) >= 0 || kept {
				return gives
			}
			return mentions
		case *ast.SendStmt:
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
func (h *holders) assigned(l ast.Expr, kept bool) effect {
	if id, ok := ast.Unparen(l).(*ast.Ident); ok && id.Name == "_" {
		return 0
	}
	root, element := h.w.root(l)
	if h.work {
		if v, ok := h.object(l).(*types.Var); ok && !kept && h.w.messageKind(v.Type()) < 0 && h.local(v) {
			return mentions // it is made from the message
		}
		return gives
	}
	switch {
	case root == nil:
		return gives
	case element && h.keys[types.ExprString(ast.Unparen(l))]:
		return mentions
	case element, kept && isCollection(root.Type()):
		return gives
	case h.holds(root) || h.ctxs[root], h.holds(h.object(l)):
		return mentions
	case h.local(root):
		return mentions
	}
	return gives
}

// argument tells what a call does with an argument.
func (h *holders) argument(call *ast.CallExpr, arg ast.Node) effect {
	if h.work {
		return mentions
	}
	if h.c != nil && call == h.c.expr {
		return mentions
	}
	if e := h.registered(call, arg); e != 0 {
		return e
	}
	if h.onlyCtx() {
		return mentions
	}
	if u := h.w.unitOf(call); u != nil {
		for k, a := range call.Args {
			if a == arg {
				return h.w.parameter(u, k)
			}
		}
		return gives
	}
	if fn := h.w.callee(call); fn != nil && fn.Pkg() != nil {
		if t := h.w.info.TypeOf(call); t != nil && isContext(t) && (fn.Pkg().Path() == otelTrace || fn.Pkg().Path() == "context") {
			return mentions
		}
	}
	return gives
}

// registered tells whether a call registers a func over the span to be run when
// something else is over: who registers its End keeps it.
func (h *holders) registered(call *ast.CallExpr, arg ast.Node) effect {
	fn := h.w.callee(call)
	if fn == nil {
		return 0
	}
	cleanup := fn.Name() == "Cleanup" && fn.Signature().Recv() != nil
	if !cleanup && fn.FullName() != "context.AfterFunc" {
		return 0
	}
	e, ok := arg.(ast.Expr)
	if !ok || h.w.info.TypeOf(e) == nil || !isFunc(h.w.info.TypeOf(e)) {
		return 0
	}
	if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok && !h.always(lit.Body) {
		return 0
	}
	return keepsVar
}

// parameter tells what a function does with an argument, by its parameter.
func (w *weaver) parameter(u *unit, k int) effect {
	v := w.param(u, k)
	if v == nil {
		return gives // variadic: it goes into a slice
	}
	if e, ok := w.params[v]; ok {
		return e
	}
	w.params[v] = gives // until it is known: the function calls itself
	h := w.newHolders(u)
	h.ends[v] = true
	if !isFunc(v.Type()) && !isSpanType(v.Type()) {
		h.ends, h.rest = map[types.Object]bool{}, map[types.Object]bool{v: true}
	}
	h.by = v
	var all effect
	ast.Inspect(u.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			if e := h.deferred(n); e != 0 {
				all |= ends
			}
			return false
		case *ast.GoStmt:
			all |= h.effects(n)
			return false
		case *ast.ReturnStmt:
			if h.scan(n) != 0 {
				all |= h.scan(n)
				for _, r := range n.Results {
					if t := w.info.TypeOf(r); t != nil && !plain(t) && !isContext(t) && h.ending(r) {
						all |= gives
					}
				}
			}
			return false
		case *ast.AssignStmt, *ast.ExprStmt, *ast.SendStmt, *ast.ValueSpec:
			if e := h.scan(n); e != 0 {
				all |= e
				if a, ok := n.(*ast.AssignStmt); ok && e&^ends != 0 && !blank(a.Lhs) {
					all |= gives // it is held by something else then
				}
			}
			return false
		case ast.Expr:
			all |= h.scan(n)
			return false
		}
		return true
	})
	if all&gives != 0 {
		all = gives
	} else if all&(ends|keeps|keepsVar) != 0 {
		all = ends
	} else {
		all = mentions
	}
	w.params[v] = all
	return all
}

func blank(lhs []ast.Expr) bool {
	for _, l := range lhs {
		if id, ok := l.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	return true
}

// param returns the unit's kth parameter, nil for the variadic one.
func (w *weaver) param(u *unit, k int) *types.Var {
	if u.typ == nil {
		return nil
	}
	i := 0
	for _, f := range u.typ.Params.List {
		if _, variadic := f.Type.(*ast.Ellipsis); variadic {
			return nil
		}
		for _, id := range f.Names {
			if i == k {
				v, _ := w.info.Defs[id].(*types.Var)
				return v
			}
			i++
		}
		if len(f.Names) == 0 {
			i++
		}
	}
	return nil
}

// deferred tells what a defer statement does. A deferred function keeps the span
// if every path through it has to do with the span: one that ends it for a panic
// only does not.
func (h *holders) deferred(d *ast.DeferStmt) effect {
	if h.c != nil && within(h.c.expr.Pos(), d) {
		return keeps
	}
	for _, a := range d.Call.Args {
		if e := h.scan(a); e != 0 {
			return keeps
		}
	}
	if lit, ok := ast.Unparen(d.Call.Fun).(*ast.FuncLit); ok {
		if h.always(lit.Body) {
			return keepsVar
		}
		return 0
	}
	if sel, ok := ast.Unparen(d.Call.Fun).(*ast.SelectorExpr); ok && h.lists[h.object(sel.X)] {
		return keepsVar
	}
	if h.scan(d.Call) == 0 {
		return 0
	}
	if sel, ok := ast.Unparen(d.Call.Fun).(*ast.SelectorExpr); ok {
		if o := h.object(sel.X); o != nil && isSpanType(o.Type()) {
			return keeps // the span is evaluated here
		}
		return keepsVar
	}
	if id, ok := ast.Unparen(d.Call.Fun).(*ast.Ident); ok && h.w.lits[h.w.info.Uses[id]] == nil && h.counts(h.object(id)) {
		return keeps // so is the func
	}
	return keepsVar
}

// always tells whether every path through a body has to do with the span, if the
// variable holds one.
func (h *holders) always(body *ast.BlockStmt) bool {
	f := newFlow(body, h.w.never)
	seen := map[*point]bool{}
	var out func(p *point) bool // the exit is reached without a mention
	out = func(p *point) bool {
		if seen[p] {
			return false
		}
		seen[p] = true
		if p.exit {
			return true
		}
		for _, n := range p.nodes {
			if h.effects(n)&someMention != 0 {
				return false
			}
		}
		succs := p.succs
		if p.cond && len(succs) == 2 {
			switch h.nilCheck(p.nodes[0]) {
			case token.NEQ:
				succs = succs[:1]
			case token.EQL:
				succs = succs[1:]
			}
		}
		for _, s := range succs {
			if out(s) {
				return true
			}
		}
		return false
	}
	return !out(f.entry)
}

// nilCheck returns the operator where a condition compares what holds on to the
// span with nil.
func (h *holders) nilCheck(n ast.Node) token.Token {
	b, ok := n.(*ast.BinaryExpr)
	if !ok || !h.w.info.Types[b.Y].IsNil() || !h.counts(h.object(b.X)) {
		return token.ILLEGAL
	}
	return b.Op
}

// killed tells whether an assignment lets go of the variable that holds on to the
// span.
func (h *holders) killed(n ast.Node) effect {
	a, ok := n.(*ast.AssignStmt)
	if !ok || h.by == nil {
		return 0
	}
	for i, l := range a.Lhs {
		if h.object(l) != h.by || h.by == nil {
			continue
		}
		r := a.Rhs[0]
		if len(a.Rhs) == len(a.Lhs) {
			r = a.Rhs[i]
		}
		if h.c != nil && within(h.c.expr.Pos(), r) || h.ending(r) {
			continue
		}
		if h.w.info.Types[ast.Unparen(r)].IsNil() && !h.alone() {
			continue
		}
		return kills
	}
	return 0
}

// alone tells whether nothing but the variable, and funcs over it, hold on to the
// span.
func (h *holders) alone() bool {
	for _, set := range []map[types.Object]bool{h.ends, h.rest, h.more} {
		for o := range set {
			if o != h.by && !isFunc(o.Type()) {
				return false
			}
		}
	}
	return len(h.keys) == 0
}
