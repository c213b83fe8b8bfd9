package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// What happens where a span is started. The span is current on its goroutine
// from the call that returned it until the first of: its End, wherever; the
// return of the function that called; the next iteration of the loop in whose
// body its variable was declared; the next span started into its variable.
//
//	ctx, span := tracer.Start(ctx, "x")
//
// becomes
//
//	ctx, span := push(tracer.Start(ctx, "x"))
//
// in a function that begins with `t := enter(); defer leave(t)`. push is a
// generic function, so the results' types need no name, and Start is still
// called by the user's function itself: no frame is added to any stack.
//
// A function in scope that returns the span, its context or a func over it
// hands the span to its caller: leave leaves it floating, and the caller, in
// whose text the call counts as a start, takes it over right after the call.
// A caller that is not woven does not, and the span is no longer current:
// lost, not wrong.

// otelTrace is the package whose Span and Tracer are followed.
const (
	otelModule = "go.opentelemetry.io/otel"
	otelTrace  = otelModule + "/trace"
)

// Flags of a push, as the runtime hook's frame.go has them.
const (
	flagSure     = 1
	flagTransfer = 2
)

// unit is one function body.
type unit struct {
	f      *file
	name   string
	decl   *types.Func // nil for a literal
	lit    *ast.FuncLit
	typ    *ast.FuncType
	body   *ast.BlockStmt
	calls  []*call
	jumps  bool       // it holds a goto
	nodes  []ast.Node // assignments and returns, in order
	passes bool       // hands a span to its caller
	silent bool       // and does so without returning a trace.Span
}

// call is a call in a unit that may return with a span.
type call struct {
	expr    *ast.CallExpr
	path    []ast.Node // ancestors within the unit, outermost first
	results []types.Type
	span    int // index of the trace.Span among the results, or -1
	ctx     int // index of the context, or -1
	sure    bool
	callee  types.Object
	site    bool // counts as a start
	passed  bool // the unit hands its span on
}

// spans weaves every place where a span is started or handed back.
func (w *weaver) spans() {
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
			u := &unit{f: f, name: declName(fd), decl: decl, typ: fd.Type, body: fd.Body}
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
			nu := &unit{f: u.f, name: u.name, lit: n, typ: n.Type, body: n.Body}
			*all = append(*all, nu)
			w.walkUnit(nu, n.Body, span, all)
			return false // not pushed: Inspect makes no nil call for it
		case *ast.BranchStmt:
			u.jumps = u.jumps || n.Tok == token.GOTO
		case *ast.AssignStmt, *ast.ReturnStmt, *ast.ValueSpec:
			u.nodes = append(u.nodes, n)
		case *ast.CallExpr:
			if c := w.call(u, n, path, span); c != nil {
				c.path = append([]ast.Node(nil), path...)
				u.calls = append(u.calls, c)
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
	end := false
	for i, t := range c.results {
		switch {
		case isSpan(t, span):
			c.span = i
		case isContext(t):
			c.ctx = i
		case isEnd(t):
			end = true
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
	if !w.Own || c.ctx < 0 && !end {
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
			if w.Own && !u.passes && w.hands(u) {
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
		// So may an interface's method, but for those that Go itself declares.
		return fn.Pkg() != nil && strings.Contains(firstElement(fn.Pkg().Path()), ".") || fn.Pkg() == w.pkg
	}
	if u := byFunc[fn.Origin()]; u != nil {
		return u.passes
	}
	return w.handsOver(fn.Origin())
}

func firstElement(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}

func (w *weaver) returnsSpan(u *unit) bool {
	if u.typ.Results == nil {
		return false
	}
	for _, r := range u.typ.Results.List {
		if n, ok := types.Unalias(w.info.TypeOf(r.Type)).(*types.Named); ok && n.Obj().Name() == "Span" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == otelTrace {
			return true
		}
	}
	return false
}

// hands finds the calls whose span the unit hands to its caller: those whose
// results, or what is made of them, are returned as a span, context or func.
func (w *weaver) hands(u *unit) bool {
	if u.typ.Results == nil {
		return false
	}
	any, named := false, map[types.Object]bool{}
	for _, r := range u.typ.Results.List {
		t := w.info.TypeOf(r.Type)
		if t == nil {
			continue
		}
		_, fn := t.Underlying().(*types.Signature)
		if fn || isContext(t) || w.spanTyped(t) {
			any = true
			for _, id := range r.Names {
				named[w.info.Defs[id]] = true
			}
		}
	}
	if !any {
		return false
	}
	hands := false
	for _, c := range u.calls {
		if c.site && w.escapes(u, c, named) {
			c.passed, hands = true, true
		}
	}
	return hands
}

func (w *weaver) spanTyped(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Span" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == otelTrace
}

// escapes follows one call's span through the unit's assignments to a return.
func (w *weaver) escapes(u *unit, c *call, named map[types.Object]bool) bool {
	for _, n := range c.path {
		if _, ok := n.(*ast.ReturnStmt); ok {
			return true
		}
	}
	held := map[types.Object]bool{}
	mentions := func(e ast.Node) bool {
		found := false
		ast.Inspect(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				found = found || held[w.info.Uses[n]]
			case *ast.CallExpr:
				found = found || n == c.expr
			}
			return !found
		})
		return found
	}
	hold := func(id ast.Expr) bool {
		i, ok := id.(*ast.Ident)
		if !ok || i.Name == "_" {
			return false
		}
		o := w.info.Defs[i]
		if o == nil {
			o = w.info.Uses[i]
		}
		if o == nil || held[o] {
			return false
		}
		_, fn := o.Type().Underlying().(*types.Signature)
		if !fn && !isContext(o.Type()) && !w.spanTyped(o.Type()) {
			return false
		}
		held[o] = true
		return true
	}
	for changed := true; changed; {
		changed = false
		for _, n := range u.nodes {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					r := n.Rhs[0]
					if len(n.Rhs) == len(n.Lhs) {
						r = n.Rhs[i]
					}
					if mentions(r) && hold(l) {
						changed = true
					}
				}
			case *ast.ValueSpec:
				for i, l := range n.Names {
					if len(n.Values) == 0 {
						continue
					}
					r := n.Values[0]
					if len(n.Values) == len(n.Names) {
						r = n.Values[i]
					}
					if mentions(r) && hold(l) {
						changed = true
					}
				}
			}
		}
	}
	for o := range named {
		if held[o] {
			return true
		}
	}
	for _, n := range u.nodes {
		if r, ok := n.(*ast.ReturnStmt); ok {
			for _, e := range r.Results {
				if t := w.info.TypeOf(e); t != nil && mentions(e) {
					_, fn := t.Underlying().(*types.Signature)
					if fn || isContext(t) || w.spanTyped(t) {
						return true
					}
				}
			}
		}
	}
	return false
}

// unit weaves one function body.
func (w *weaver) unit(u *unit) {
	var sites []*call
	for _, c := range u.calls {
		if c.site {
			sites = append(sites, c)
		}
	}
	if len(sites) == 0 {
		return
	}
	kind := func(c *call) string {
		if c.span >= 0 {
			return "span"
		}
		return "hand-off"
	}
	if u.jumps {
		for _, c := range sites {
			w.site(kind(c), u.f, c.expr, u.name, "the function holds a goto: how long the span is current can't be known")
		}
		return
	}
	x := &extents{w: w, u: u, loops: map[ast.Stmt]string{}, tokens: map[types.Object]string{}}
	for _, c := range sites {
		reason := x.site(c)
		w.site(kind(c), u.f, c.expr, u.name, reason)
		x.woven = x.woven || reason == ""
	}
	if !x.woven {
		return
	}
	leave := "leave"
	if !w.Own {
		leave = "leaveLib"
	}
	t := Prefix + "t"
	u.f.open(u.body.Lbrace, fmt.Sprintf("%s := %s(); defer %s(%s);", t,
		w.runtimeFunc("enter", "() uint64"), w.runtimeFunc(leave, "(token uint64)"), t))
	x.finish()
}

// extents weaves how long spans are current within one unit.
type extents struct {
	w      *weaver
	u      *unit
	woven  bool
	loops  map[ast.Stmt]string     // loops that end extents, with their token's name
	order  []ast.Stmt              // the same in source order
	tokens map[types.Object]string // variables that hold one span after another
	decls  []tokenDecl
}

type tokenDecl struct {
	block *ast.BlockStmt
	name  string
}

// site weaves one call and returns why not, or "".
func (x *extents) site(c *call) string {
	var enclosing []ast.Stmt // loops whose body the call is in, outermost first
	var list ast.Stmt        // the innermost statement in a list
	for i, n := range c.path {
		var next ast.Node = c.expr
		if i+1 < len(c.path) {
			next = c.path[i+1]
		}
		switch n := n.(type) {
		case *ast.ForStmt:
			if next == n.Body {
				enclosing = append(enclosing, n)
			} else if next == n.Cond || next == n.Post {
				return "in a loop's header: how long the span is current can't be known"
			}
		case *ast.RangeStmt:
			if next == n.Body {
				enclosing = append(enclosing, n)
			}
		}
		if s, ok := next.(ast.Stmt); ok && inList(n, s) {
			list = s
		}
	}
	if list == nil {
		return "not in a statement list"
	}

	obj := x.variable(c)
	var home ast.Stmt // the loop in whose body the variable was declared
	outside := false  // it was declared outside some loop that the call is in
	if obj == nil {
		if len(enclosing) > 0 {
			home = enclosing[len(enclosing)-1]
		}
	} else {
		for _, l := range enclosing {
			if b := loopBody(l); obj.Pos() >= b.Pos() && obj.Pos() < b.End() {
				home = l
			} else {
				outside = true
			}
		}
	}
	if home != nil {
		x.loop(home)
	}
	if obj != nil && (outside || x.starts(obj) > 1) {
		// The variable may hold an earlier span still.
		t := x.token(obj, home)
		x.u.f.before(list, part{text: fmt.Sprintf("%s = %s(%s);", t, x.w.runtimeFunc("again", "(token uint64) uint64"), t)})
	}

	flags := 0
	if c.sure {
		flags |= flagSure
	}
	if c.passed {
		flags |= flagTransfer
	}
	if c.span < 0 {
		x.u.f.before(list, part{text: x.w.runtimeFunc("pre", "()") + "();"})
		x.u.f.before(c.expr, part{text: x.w.takeFunc(len(c.results), flags) + "("})
	} else {
		x.u.f.before(c.expr, part{text: x.w.pushFunc(len(c.results), c.span, c.ctx, flags) + "("})
	}
	x.u.f.after(c.expr, ")")
	return ""
}

func inList(parent ast.Node, s ast.Stmt) bool {
	var list []ast.Stmt
	switch p := parent.(type) {
	case *ast.BlockStmt:
		return true
	case *ast.CaseClause:
		list = p.Body
	case *ast.CommClause:
		list = p.Body
	}
	for _, o := range list {
		if o == s {
			return true
		}
	}
	return false
}

func loopBody(l ast.Stmt) *ast.BlockStmt {
	if f, ok := l.(*ast.ForStmt); ok {
		return f.Body
	}
	return l.(*ast.RangeStmt).Body
}

// variable returns the variable that holds on to the call's span: the span's
// own, else that of the func or the context it came back in.
func (x *extents) variable(c *call) types.Object {
	if len(c.path) == 0 {
		return nil
	}
	var lhs []ast.Expr
	for i := len(c.path) - 1; i >= 0 && lhs == nil; i-- {
		switch n := c.path[i].(type) {
		case *ast.ParenExpr:
			continue
		case *ast.AssignStmt:
			if len(n.Rhs) == 1 && ast.Unparen(n.Rhs[0]) == ast.Expr(c.expr) {
				lhs = n.Lhs
			}
		case *ast.ValueSpec:
			if len(n.Values) == 1 && ast.Unparen(n.Values[0]) == ast.Expr(c.expr) {
				for _, id := range n.Names {
					lhs = append(lhs, id)
				}
			}
		}
		if lhs == nil {
			return nil
		}
	}
	pick := func(ok func(types.Type) bool) types.Object {
		for i, l := range lhs {
			id, isIdent := l.(*ast.Ident)
			if !isIdent || id.Name == "_" || i >= len(c.results) || !ok(c.results[i]) {
				continue
			}
			if o := x.w.info.Defs[id]; o != nil {
				return o
			}
			return x.w.info.Uses[id]
		}
		return nil
	}
	if c.span >= 0 {
		return pick(x.w.spanTyped)
	}
	if o := pick(isEnd); o != nil {
		return o
	}
	return pick(isContext)
}

// starts counts the calls of the unit whose span goes into a variable.
func (x *extents) starts(obj types.Object) int {
	n := 0
	for _, c := range x.u.calls {
		if c.site && x.variable(c) == obj {
			n++
		}
	}
	return n
}

func (x *extents) loop(l ast.Stmt) {
	if x.loops[l] == "" {
		x.loops[l] = fmt.Sprintf("%sl%d", Prefix, len(x.loops)+1)
		x.order = append(x.order, l)
	}
}

// token returns the name of the variable that remembers since when obj has
// held a span. It lives as long as obj does.
func (x *extents) token(obj types.Object, home ast.Stmt) string {
	if t := x.tokens[obj]; t != "" {
		return t
	}
	t := fmt.Sprintf("%sv%d", Prefix, len(x.tokens)+1)
	x.tokens[obj] = t
	block := x.u.body
	if home != nil {
		block = loopBody(home)
	}
	x.decls = append(x.decls, tokenDecl{block, t})
	return t
}

// finish writes the declarations and the ends of the loops' iterations.
func (x *extents) finish() {
	f := x.u.f
	for _, d := range x.decls {
		f.open(d.block.Lbrace, "var "+d.name+" uint64;")
	}
	next := ""
	if len(x.order) > 0 {
		next = x.w.runtimeFunc("next", "(token uint64)")
	}
	for _, l := range x.order {
		name, body := x.loops[l], loopBody(l)
		f.open(body.Lbrace, fmt.Sprintf("%s := %s();", name, x.w.runtimeFunc("loop", "() uint64")))
		f.close(body.Rbrace, fmt.Sprintf(";%s(%s)", next, name))
	}
	if next == "" {
		return
	}
	// A continue ends the iteration of every loop up to the one it names.
	var walk func(n ast.Node, loops []ast.Stmt, label string)
	walk = func(root ast.Node, loops []ast.Stmt, label string) {
		ast.Inspect(root, func(n ast.Node) bool {
			if n == root {
				return true
			}
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.LabeledStmt:
				switch n.Stmt.(type) {
				case *ast.ForStmt, *ast.RangeStmt:
					walk(loopBody(n.Stmt), append(loops[:len(loops):len(loops)], n), n.Label.Name)
					return false
				}
			case *ast.ForStmt, *ast.RangeStmt:
				walk(loopBody(n.(ast.Stmt)), append(loops[:len(loops):len(loops)], n.(ast.Stmt)), "")
				return false
			case *ast.BranchStmt:
				if n.Tok == token.CONTINUE {
					if t := x.ended(n, loops); t != "" {
						f.before(n, part{text: fmt.Sprintf("%s(%s);", next, t)})
					}
				}
			}
			return true
		})
	}
	walk(x.u.body, nil, "")
}

// ended returns the token of the outermost woven loop whose iteration a
// continue statement ends. loops holds loops and labelled loops, outermost
// first.
func (x *extents) ended(b *ast.BranchStmt, loops []ast.Stmt) string {
	token := ""
	for i := len(loops) - 1; i >= 0; i-- {
		l, label := loops[i], ""
		if ls, ok := l.(*ast.LabeledStmt); ok {
			l, label = ls.Stmt, ls.Label.Name
		}
		if t := x.loops[l]; t != "" {
			token = t
		}
		if b.Label == nil || b.Label.Name == label {
			return token
		}
	}
	return token
}

// pushFunc returns the name of the generic function that passes n results on
// and makes the span among them current.
func (w *weaver) pushFunc(n, span, ctx, flags int) string {
	name := fmt.Sprintf("%spush%d_%d_%d_%d", Prefix, n, span, ctx+1, flags)
	c := "nil"
	if ctx >= 0 {
		c = fmt.Sprintf("any(r%d)", ctx)
	}
	w.need[fmt.Sprintf("//go:linkname %spush %s.driftPush\nfunc %spush(ctx, span any, flags uint32)\n", Prefix, otelTrace, Prefix)] = true
	w.need[passFunc(name, n, fmt.Sprintf("%spush(%s, any(r%d), %d)", Prefix, c, span, flags))] = true
	return name
}

// takeFunc is pushFunc for results without a span.
func (w *weaver) takeFunc(n, flags int) string {
	name := fmt.Sprintf("%stake%d_%d", Prefix, n, flags)
	take := w.runtimeFunc("take", "(flags uint32)")
	w.need[passFunc(name, n, fmt.Sprintf("%s(%d)", take, flags))] = true
	return name
}

func passFunc(name string, n int, do string) string {
	var tparams, params, results, values []string
	for i := range n {
		tparams = append(tparams, fmt.Sprintf("T%d", i))
		params = append(params, fmt.Sprintf("r%d T%d", i, i))
		results = append(results, fmt.Sprintf("T%d", i))
		values = append(values, fmt.Sprintf("r%d", i))
	}
	return fmt.Sprintf("func %s[%s any](%s) (%s) { %s; return %s }\n", name, strings.Join(tparams, ", "),
		strings.Join(params, ", "), strings.Join(results, ", "), do, strings.Join(values, ", "))
}
