package extent

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/drift-go/drift-toolexec/weave/pass"
)

// What registers the end of a span, and what becomes of it in a function that it is
// given to.

// registered reports whether a call registers a func over the span to be run when
// something else is over: who registers its End keeps it.
func (h *Aliases) registered(call *ast.CallExpr, arg ast.Node) Effect {
	fn := h.w.Callee(call)
	if fn == nil {
		return 0
	}
	cleanup := fn.Name() == "Cleanup" && fn.Signature().Recv() != nil
	if !cleanup && fn.FullName() != "context.AfterFunc" {
		return 0
	}
	e, ok := arg.(ast.Expr)
	if !ok || h.w.Info.TypeOf(e) == nil || !pass.IsFunc(h.w.Info.TypeOf(e)) {
		return 0
	}
	if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok && !h.always(lit.Body) {
		return 0
	}
	return KeepsVar
}

// parameter tells what a function does with an argument, by its parameter.
func (w *Funcs) parameter(u *Unit, k int) Effect {
	v := w.param(u, k)
	if v == nil {
		return gives // variadic: it goes into a slice
	}
	if e, ok := w.params[v]; ok {
		return e
	}
	w.params[v] = gives // until it is known: the function calls itself
	h := w.newHolders(u)
	h.Ends[v] = true
	if !pass.IsFunc(v.Type()) && !pass.IsSpanType(v.Type()) {
		h.Ends, h.Rest = map[types.Object]bool{}, map[types.Object]bool{v: true}
	}
	h.By = v
	var all Effect
	ast.Inspect(u.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			if e := h.deferred(n); e != 0 {
				all |= ends
			}
			return false
		case *ast.GoStmt:
			all |= h.Effects(n)
			return false
		case *ast.ReturnStmt:
			if h.scan(n) != 0 {
				all |= h.scan(n)
				for _, r := range n.Results {
					if t := w.Info.TypeOf(r); t != nil && !pass.Plain(t) && !pass.IsContext(t) && h.ending(r) {
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
	} else if all&(ends|keeps|KeepsVar) != 0 {
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
func (w *Funcs) param(u *Unit, k int) *types.Var {
	if u.Type == nil {
		return nil
	}
	i := 0
	for _, f := range u.Type.Params.List {
		if _, variadic := f.Type.(*ast.Ellipsis); variadic {
			return nil
		}
		for _, id := range f.Names {
			if i == k {
				v, _ := w.Info.Defs[id].(*types.Var)
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
func (h *Aliases) deferred(d *ast.DeferStmt) Effect {
	if h.Call != nil && pass.Within(h.Call.Expr.Pos(), d) {
		return keeps
	}
	for _, a := range d.Call.Args {
		if e := h.scan(a); e != 0 {
			return keeps
		}
	}
	if lit, ok := ast.Unparen(d.Call.Fun).(*ast.FuncLit); ok {
		if h.always(lit.Body) {
			return KeepsVar
		}
		return 0
	}
	if sel, ok := ast.Unparen(d.Call.Fun).(*ast.SelectorExpr); ok && h.lists[h.object(sel.X)] {
		return KeepsVar
	}
	if h.scan(d.Call) == 0 {
		return 0
	}
	if sel, ok := ast.Unparen(d.Call.Fun).(*ast.SelectorExpr); ok {
		if o := h.object(sel.X); o != nil && pass.IsSpanType(o.Type()) {
			return keeps // the span is evaluated here
		}
		return KeepsVar
	}
	if id, ok := ast.Unparen(d.Call.Fun).(*ast.Ident); ok && h.w.Lits[h.w.Info.Uses[id]] == nil && h.counts(h.object(id)) {
		return keeps // so is the func
	}
	return KeepsVar
}

// always reports whether every path through a body has to do with the span, if the
// variable holds one.
func (h *Aliases) always(body *ast.BlockStmt) bool {
	f := NewFlow(body, h.w.Never)
	seen := map[*Point]bool{}
	var out func(p *Point) bool // the exit is reached without a mention
	out = func(p *Point) bool {
		if seen[p] {
			return false
		}
		seen[p] = true
		if p.exit {
			return true
		}
		for _, n := range p.Nodes {
			if h.Effects(n)&someMention != 0 {
				return false
			}
		}
		succs := p.succs
		if p.cond && len(succs) == 2 {
			switch h.nilCheck(p.Nodes[0]) {
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
func (h *Aliases) nilCheck(n ast.Node) token.Token {
	b, ok := n.(*ast.BinaryExpr)
	if !ok || !h.w.Info.Types[b.Y].IsNil() || !h.counts(h.object(b.X)) {
		return token.ILLEGAL
	}
	return b.Op
}
