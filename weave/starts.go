package weave

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// Which calls count as starts of a span, and which functions hand the spans
// they start to their callers.

// unit is one function body.
type unit struct {
	f     *file
	name  string
	decl  *types.Func // nil for a literal
	lit   *ast.FuncLit
	typ   *ast.FuncType
	body  *ast.BlockStmt
	calls []*call
	// receives are the places where it receives a message.
	receives []*receive
	start    token.Pos  // of the whole function, its parameters included
	jumps    bool       // it holds a goto
	nodes    []ast.Node // assignments and returns, in order
	defers   []ast.Node
	passes   bool // hands a span to its caller
	silent   bool // and does so without returning a trace.Span
}

// call is a call in a unit that may return with a span.
type call struct {
	expr    *ast.CallExpr
	path    []ast.Node // ancestors within the unit, outermost first
	results []types.Type
	span    int  // index of the trace.Span among the results, or -1
	ctx     int  // index of the context, or -1
	end     bool // a func that may end a span is among the results
	sure    bool // certainly starts a span
	callee  types.Object
	site    bool     // counts as a start
	passed  bool     // the unit hands its span on
	held    *holders // once it counts as a start
}

// starts weaves every place where a span is started or handed back.
func (w *weaver) starts() {
	span := w.spanInterface()
	var units []*unit
	for _, f := range w.files {
		units = append(units, w.units(f, span)...)
	}
	w.decide(units)
	for _, u := range units {
		w.unit(u)
	}
	for _, u := range units {
		if w.Own && u.passes && u.silent && u.decl != nil {
			w.facts = append(w.facts, funcName(u.decl))
		}
	}
}

// spanInterface finds trace.Span among what the package can reach.
func (w *weaver) spanInterface() *types.Named {
	seen := map[*types.Package]bool{}
	var find func(p *types.Package) *types.Named
	find = func(p *types.Package) *types.Named {
		if seen[p] {
			return nil
		}
		seen[p] = true
		if p.Path() == otelTrace {
			if tn, ok := p.Scope().Lookup("Span").(*types.TypeName); ok {
				n, _ := tn.Type().(*types.Named)
				return n
			}
		}
		for _, q := range p.Imports() {
			if n := find(q); n != nil {
				return n
			}
		}
		return nil
	}
	return find(w.pkg)
}

func isSpan(t types.Type, span *types.Named) bool {
	return span != nil && types.Identical(types.Unalias(t), span)
}

// isSpanType is isSpan where the package's own trace.Span is not at hand.
func isSpanType(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Span" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == otelTrace
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}

// isEnd tells whether t is a func that may end a span: one with no results.
func isEnd(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Results().Len() == 0
}

// units returns a file's function bodies with the calls in them that may
// return with a span.
func (w *weaver) units(f *file, span *types.Named) []*unit {
	var all []*unit
	for _, d := range f.ast.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok {
			// Literals among the initial values of package-level variables.
			w.walkUnit(&unit{f: f, name: "package level"}, d, span, &all)
			continue
		}
		if fd.Body != nil {
			decl, _ := w.info.Defs[fd.Name].(*types.Func)
			u := &unit{f: f, name: declName(fd), decl: decl, typ: fd.Type, body: fd.Body, start: fd.Pos()}
			all = append(all, u)
			w.walkUnit(u, fd.Body, span, &all)
		}
	}
	return all
}

// walkUnit gathers a unit's calls and starts units for the literals in it.
func (w *weaver) walkUnit(u *unit, body ast.Node, span *types.Named, all *[]*unit) {
	var path []ast.Node
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			nu := &unit{f: u.f, name: u.name, lit: n, typ: n.Type, body: n.Body, start: n.Pos()}
			*all = append(*all, nu)
			w.walkUnit(nu, n.Body, span, all)
			return false // not pushed: Inspect makes no nil call for it
		case *ast.BranchStmt:
			u.jumps = u.jumps || n.Tok == token.GOTO
		case *ast.AssignStmt, *ast.ReturnStmt, *ast.ValueSpec:
			u.nodes = append(u.nodes, n)
		case *ast.DeferStmt:
			u.defers = append(u.defers, n)
		case *ast.CallExpr:
			if !w.spans {
				break
			}
			if c := w.call(u, n, path, span); c != nil {
				c.path = append([]ast.Node(nil), path...)
				u.calls = append(u.calls, c)
			}
		}
		if w.receives {
			if r := w.received(n, path); r != nil {
				r.path = append([]ast.Node(nil), path...)
				u.receives = append(u.receives, r)
			}
		}
		path = append(path, n)
		return true
	})
}

// call returns what a call may do to the ambient context, nil if nothing.
func (w *weaver) call(u *unit, n *ast.CallExpr, path []ast.Node, span *types.Named) *call {
	tv := w.info.Types[n]
	if tv.Type == nil || tv.Value != nil || tv.IsVoid() {
		return nil
	}
	if fun := w.info.Types[ast.Unparen(n.Fun)]; fun.IsType() || fun.IsBuiltin() {
		return nil
	}
	if len(path) > 0 {
		switch p := path[len(path)-1].(type) {
		case *ast.GoStmt:
			if p.Call == n {
				return nil
			}
		case *ast.DeferStmt:
			if p.Call == n {
				return nil
			}
		}
	}
	c := &call{expr: n, span: -1, ctx: -1, callee: typeutil.Callee(w.info, n)}
	if t, ok := tv.Type.(*types.Tuple); ok {
		for i := range t.Len() {
			c.results = append(c.results, t.At(i).Type())
		}
	} else {
		c.results = []types.Type{tv.Type}
	}
	for i, t := range c.results {
		switch {
		case isSpan(t, span):
			c.span = i
		case isContext(t):
			c.ctx = i
		case isEnd(t):
			c.end = true
		}
	}
	if c.span >= 0 {
		c.sure = w.isStart(n, span)
		if c.callee != nil && c.callee.Pkg() != nil && c.callee.Pkg().Path() == otelTrace && c.callee.Name() != "Start" {
			return nil // SpanFromContext and its like return an old one
		}
		c.site = c.sure || w.Own
		if !c.site {
			return nil
		}
		return c
	}
	if !w.Own || c.ctx < 0 && !c.end {
		return nil
	}
	return c
}

// isStart tells whether a call has the signature of trace.Tracer's Start.
func (w *weaver) isStart(n *ast.CallExpr, span *types.Named) bool {
	sig, ok := w.info.TypeOf(n.Fun).Underlying().(*types.Signature)
	if !ok || !sig.Variadic() || sig.Params().Len() != 3 || sig.Results().Len() != 2 {
		return false
	}
	opts, ok := sig.Params().At(2).Type().(*types.Slice)
	if !ok {
		return false
	}
	opt, ok := types.Unalias(opts.Elem()).(*types.Named)
	return ok && opt.Obj().Name() == "SpanStartOption" && opt.Obj().Pkg() == span.Obj().Pkg() &&
		isContext(sig.Params().At(0).Type()) && isContext(sig.Results().At(0).Type()) && isSpan(sig.Results().At(1).Type(), span)
}

// decide tells which calls count as starts and which units hand spans on.
// Calls to this package's own functions depend on each other, so it goes on
// until nothing changes.
func (w *weaver) decide(units []*unit) {
	byFunc := map[types.Object]*unit{}
	byLit := map[*ast.FuncLit]*unit{}
	for _, u := range units {
		if u.decl != nil {
			byFunc[u.decl] = u
		}
		if u.lit != nil {
			byLit[u.lit] = u
		}
	}
	for changed := true; changed; {
		changed = false
		for _, u := range units {
			for _, c := range u.calls {
				if !c.site {
					c.site = w.mayHandBack(c, byFunc, byLit)
					changed = changed || c.site
				}
			}
			if w.Own && !u.jumps && w.hands(u) {
				u.passes, u.silent = true, !w.returnsSpan(u)
				changed = true
			}
		}
	}
}

// mayHandBack tells whether a call that returns a context or a func, and no
// span, may have started one that is its caller's now.
func (w *weaver) mayHandBack(c *call, byFunc map[types.Object]*unit, byLit map[*ast.FuncLit]*unit) bool {
	if lit, ok := ast.Unparen(c.expr.Fun).(*ast.FuncLit); ok {
		return byLit[lit] != nil && byLit[lit].passes
	}
	fn, ok := c.callee.(*types.Func)
	if !ok {
		return true // a func value: it may be anyone's
	}
	if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		return true // so may an interface's method
	}
	if u := byFunc[fn.Origin()]; u != nil {
		return u.passes
	}
	return w.handsOver(fn.Origin())
}

func (w *weaver) returnsSpan(u *unit) bool {
	if u.typ.Results == nil {
		return false
	}
	for _, r := range u.typ.Results.List {
		if isSpanType(w.info.TypeOf(r.Type)) {
			return true
		}
	}
	return false
}

// byFunc tells whether a unit that hands a span on has but a func to do so.
func (w *weaver) byFunc(u *unit) bool {
	for _, r := range u.typ.Results.List {
		if t := w.info.TypeOf(r.Type); isContext(t) || isSpanType(t) {
			return false
		}
	}
	return true
}

// hands finds the calls whose span the unit hands to its caller, and tells
// whether there are more of them than it knew.
func (w *weaver) hands(u *unit) bool {
	more := false
	for _, c := range u.calls {
		if c.site && !c.passed && w.holders(u, c).escape() {
			c.passed, more = true, true
		}
	}
	return more
}
