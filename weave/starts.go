package weave

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

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
	recv  *ast.FieldList
	typ   *ast.FuncType
	body  *ast.BlockStmt
	calls []*call
	// receives are the places where it receives a message.
	receives []*receive
	takes    []take
	jobCalls []jobCall           // calls that may return what was received from a channel
	job      bool                // it returns what it has received from one
	served   int                 // whether it serves: notAsked and what follows
	how      string              // by what
	start    token.Pos           // of the whole function, its parameters included
	nodes    []ast.Node          // assignments and returns, in order
	defers   []*ast.DeferStmt    //
	lists    []ast.Node          // what holds statement lists
	ranges   []*ast.RangeStmt    // those over a func
	jumps    []*ast.BranchStmt   // goto statements
	labels   map[string]ast.Stmt // what they lead to
	hand     handing             // what it hands to its caller
	flow     *flow
}

// call is a call in a unit that may return with a span.
type call struct {
	expr    *ast.CallExpr
	path    []ast.Node // ancestors within the unit, outermost first
	results []types.Type
	span    int        // index of the trace.Span among the results, or -1
	ctx     int        // index of the context, or -1
	end     bool       // a func that may end a span is among the results
	void    bool       // it has no results
	sure    bool       // certainly starts a span
	used    *ast.Ident // ContextWithSpan's: the variable with a span from elsewhere
	callee  types.Object
	site    bool     // counts as a start
	hand    handing  // how the callee hands a span to this unit
	passed  bool     // the unit hands its span on
	byFunc  bool     // by something other than itself or its context
	outward bool     // by something other than a result
	held    *holders // once it counts as a start
}

func coreOf(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	if c := core(t); c != nil {
		return c
	}
	return t
}

// starts weaves every place where a span is started or handed back.
func (w *weaver) starts() {
	for _, u := range w.all {
		w.putAway(u)
	}
	w.decide(w.all)
	for _, u := range w.all {
		w.unit(u)
	}
	for _, u := range w.all {
		if code := w.code(u); code != "" {
			w.facts = append(w.facts, funcName(u.decl)+"="+code)
		}
		if w.Own && u.decl != nil && iterates(u.decl.Signature()) {
			w.iterates = true
		}
	}
}

// survey looks at the package's functions, before anything is woven.
func (w *weaver) survey() {
	span := w.spanInterface()
	w.known()
	for _, f := range w.files {
		w.all = append(w.all, w.units(f)...)
	}
	for _, u := range w.all {
		w.gather(u, span)
	}
	if w.channels {
		w.returnJobs(w.all)
	}
}

// code is what the package's facts say of a unit.
func (w *weaver) code(u *unit) string {
	if !w.Own || u.decl == nil {
		return ""
	}
	code := ""
	if !w.returnsSpan(u) {
		code = u.hand.code()
	}
	if u.job {
		code += "j"
	}
	if w.Workers && w.serves(u) != "" { // though nothing is started here
		code += "s"
	}
	return code
}

// iterates tells whether a function is an iterator, or returns one: who ranges over
// it needs to be woven, so that the loop's body is not under what the iterator starts.
func iterates(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if s, ok := coreOf(v.Type()).(*types.Signature); ok && isIterator(s) {
			return true
		}
	}
	return isIterator(sig)
}

// isIterator tells whether a loop may range over a func of this signature.
func isIterator(sig *types.Signature) bool {
	if sig.Params().Len() != 1 || sig.Results().Len() != 0 {
		return false
	}
	yield, ok := coreOf(sig.Params().At(0).Type()).(*types.Signature)
	return ok && yield.Results().Len() == 1 && types.Identical(yield.Results().At(0).Type(), types.Typ[types.Bool])
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

// isSpanType tells whether t is trace.Span, or an interface type that is made
// from it: nobody else can name the method that tells it.
func isSpanType(t types.Type) bool {
	if _, ok := t.(*types.TypeParam); ok {
		return false
	}
	it, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for i := range it.NumMethods() {
		if m := it.Method(i); !m.Exported() && m.Name() == "span" && m.Pkg() != nil && m.Pkg().Path() == otelTrace+"/embedded" {
			return true
		}
	}
	return false
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}

// isEnd tells whether t is a func that may end a span, by what it returns:
// nothing, or an error.
func isEnd(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && (sig.Results().Len() == 0 || sig.Results().Len() == 1 && plain(sig.Results().At(0).Type()))
}

// units returns a file's function bodies, literals included.
func (w *weaver) units(f *file) []*unit {
	var all []*unit
	add := func(u *unit) {
		all = append(all, u)
		if u.lit != nil {
			w.byLit[u.lit] = u
		} else if u.decl != nil {
			w.byFunc[u.decl] = u
		}
	}
	for _, d := range f.ast.Decls {
		name := "package level" // literals among the initial values of variables
		if fd, ok := d.(*ast.FuncDecl); ok {
			if fd.Body == nil {
				continue
			}
			name = declName(fd)
			decl, _ := w.info.Defs[fd.Name].(*types.Func)
			add(&unit{f: f, name: name, decl: decl, recv: fd.Recv, typ: fd.Type, body: fd.Body, start: fd.Pos()})
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok {
				add(&unit{f: f, name: name, lit: lit, typ: lit.Type, body: lit.Body, start: lit.Pos()})
			}
			return true
		})
	}
	return all
}

// gather finds a unit's calls and what else in it matters. Literals in it are
// units of their own.
func (w *weaver) gather(u *unit, span *types.Named) {
	var path []ast.Node
	ast.Inspect(u.body, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // not pushed: Inspect makes no nil call for it
		case *ast.BranchStmt:
			if n.Tok == token.GOTO {
				u.jumps = append(u.jumps, n)
			}
		case *ast.LabeledStmt:
			if u.labels == nil {
				u.labels = map[string]ast.Stmt{}
			}
			u.labels[n.Label.Name] = n
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			u.lists = append(u.lists, n)
		case *ast.AssignStmt, *ast.ReturnStmt, *ast.ValueSpec:
			u.nodes = append(u.nodes, n)
		case *ast.RangeStmt:
			if w.spans && w.Own && isFunc(coreOf(w.info.TypeOf(n.X))) {
				u.ranges = append(u.ranges, n)
			}
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
			u.takes = append(u.takes, w.takesOf(n, path)...)
			if call, ok := n.(*ast.CallExpr); ok && w.channels && w.mayReturnJob(call, path) {
				u.jobCalls = append(u.jobCalls, jobCall{call, append([]ast.Node(nil), path...)})
			}
		}
		path = append(path, n)
		return true
	})
}

// call returns what a call may do to the ambient context, nil if nothing.
func (w *weaver) call(u *unit, n *ast.CallExpr, path []ast.Node, span *types.Named) *call {
	tv := w.info.Types[n]
	if tv.Type == nil || tv.Value != nil {
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
	c := &call{expr: n, span: -1, ctx: -1, void: tv.IsVoid(), callee: typeutil.Callee(w.info, n)}
	if t, ok := tv.Type.(*types.Tuple); ok {
		for i := range t.Len() {
			c.results = append(c.results, t.At(i).Type())
		}
	} else if !c.void {
		c.results = []types.Type{tv.Type}
	}
	holds := false
	for i, t := range c.results {
		switch {
		case isSpan(t, span) || w.Own && isSpanType(t):
			c.span = i
		case isContext(t):
			c.ctx = i
		case isEnd(t):
			c.end = true
		default:
			holds = holds || holdsSpan(t, 3)
		}
	}
	if id := w.usedOn(n); id != nil {
		c.used, c.site = id, true
		return c
	}
	if c.span >= 0 {
		c.sure = w.isStart(n, span)
		if c.callee != nil && c.callee.Pkg() != nil && c.callee.Pkg().Path() == otelTrace && c.callee.Name() != "Start" {
			return nil // SpanFromContext and its like return an old one
		}
		if !c.sure && !w.Own {
			return nil
		}
		// A function of this package is looked into: it may be a getter.
		c.site = c.sure || w.unitOf(n) == nil
		return c
	}
	if !w.Own || c.ctx < 0 && !c.end && !holds && !w.mayHand(n) {
		return nil
	}
	return c
}

// usedOn returns the variable whose span a call of ContextWithSpan puts into a
// context: a span that came by a channel or a call is current where it is used on.
func (w *weaver) usedOn(n *ast.CallExpr) *ast.Ident {
	if !w.Own || len(n.Args) != 2 {
		return nil
	}
	fn := w.callee(n)
	if fn == nil || fn.FullName() != otelTrace+".ContextWithSpan" {
		return nil
	}
	id, ok := ast.Unparen(n.Args[1]).(*ast.Ident)
	if !ok {
		return nil
	}
	if v, ok := w.info.Uses[id].(*types.Var); !ok || isGlobal(v) || !isSpanType(v.Type()) {
		return nil
	}
	return id
}

// mayHand tells whether a call is one of a function that can be looked into, or
// that a package's facts may speak of.
func (w *weaver) mayHand(n *ast.CallExpr) bool {
	if w.unitOf(n) != nil {
		return true
	}
	fn := w.callee(n)
	return fn != nil && fn.Pkg() != nil && fn.Pkg() != w.pkg && fn.Pkg().Scope().Lookup(factsName(fn.Pkg().Path())) != nil
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
	for changed := true; changed; {
		changed = false
		for _, u := range units {
			for _, c := range u.calls {
				if c.sure || c.used != nil {
					continue
				}
				by, ok := w.mayHandBack(c)
				var more bool
				if c.hand, more = c.hand.add(by); more || ok && !c.site {
					c.site, c.held = true, nil
					changed = true
				}
			}
			if w.hands(u) {
				changed = true
			}
		}
	}
}

// mayHandBack tells whether a call may have started a span that is its caller's
// now, and where that is.
func (w *weaver) mayHandBack(c *call) (by handing, ok bool) {
	if u := w.unitOf(c.expr); u != nil {
		return u.hand, u.hand.any()
	}
	fn, ok := c.callee.(*types.Func)
	if !ok {
		return handing{}, !c.void // a func value: it may be anyone's
	}
	if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		return handing{}, !c.void // so may an interface's method
	}
	if c.span >= 0 {
		return handing{}, true
	}
	if by, ok := w.handsOver(fn.Origin()); ok {
		return by, true
	}
	// A library's wrapper: the context tells whether the span is in it.
	return handing{}, c.ctx >= 0 && len(c.results) > 1 && isLibrary(fn.Pkg()) && w.wraps(c)
}

// isLibrary tells whether a package is neither Go's own nor OpenTelemetry's.
func isLibrary(p *types.Package) bool {
	if p == nil || strings.HasPrefix(p.Path(), otelModule) {
		return false
	}
	first, _, _ := strings.Cut(p.Path(), "/")
	return strings.Contains(first, ".")
}

// wraps tells whether a call returns something, beside a context, that may end a
// span.
func (w *weaver) wraps(c *call) bool {
	for _, t := range c.results {
		if isContext(t) || plain(t) || isCollection(t) {
			continue
		}
		return true
	}
	return false
}

func (w *weaver) returnsSpan(u *unit) bool {
	if u.typ == nil || u.typ.Results == nil {
		return false
	}
	for _, r := range u.typ.Results.List {
		if isSpanType(w.info.TypeOf(r.Type)) {
			return true
		}
	}
	return false
}

// known gathers what is known of the package's functions, literals and variables
// before their calls are looked at.
func (w *weaver) known() {
	w.byFunc, w.byLit = map[types.Object]*unit{}, map[*ast.FuncLit]*unit{}
	w.lits, w.stores, w.params = map[types.Object]*ast.FuncLit{}, map[*ast.Ident]bool{}, map[*types.Var]effect{}
	times := map[types.Object]int{}
	assign := func(l, r ast.Expr) {
		id, ok := ast.Unparen(l).(*ast.Ident)
		if !ok {
			return
		}
		w.stores[id] = true
		o := w.info.Defs[id]
		if o == nil {
			o = w.info.Uses[id]
		}
		if o == nil {
			return
		}
		times[o]++
		if r != nil {
			if lit, ok := ast.Unparen(r).(*ast.FuncLit); ok {
				w.lits[o] = lit
			}
		}
	}
	for _, f := range w.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if len(n.Rhs) == len(n.Lhs) && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) {
						assign(l, n.Rhs[i])
					} else {
						assign(l, nil)
					}
				}
			case *ast.RangeStmt:
				for _, l := range []ast.Expr{n.Key, n.Value} {
					if l != nil {
						assign(l, nil)
					}
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if len(n.Values) == len(n.Names) {
						assign(id, n.Values[i])
					}
				}
			case *ast.UnaryExpr:
				if id, ok := ast.Unparen(n.X).(*ast.Ident); ok && n.Op == token.AND {
					times[w.info.Uses[id]] += 2 // who has its address may assign to it
				}
			}
			return true
		})
	}
	for o := range w.lits {
		if times[o] != 1 {
			delete(w.lits, o)
		}
	}
}
