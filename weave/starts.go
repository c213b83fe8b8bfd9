package weave

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// Which calls count as starts of a span, and which functions hand the spans
// they start to their callers.

// spanInterface finds trace.Span among what the package can reach.
func (w *Pass) spanInterface() *types.Named {
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

// call returns what a call may do to the ambient context, nil if nothing.
func (w *Spans) call(u *unit, n *ast.CallExpr, path []ast.Node, span *types.Named) *call {
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
func (w *Spans) usedOn(n *ast.CallExpr) *ast.Ident {
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

// isStart tells whether a call has the signature of trace.Tracer's Start.
func (w *Spans) isStart(n *ast.CallExpr, span *types.Named) bool {
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
func (w *Spans) decide() {
	for changed := true; changed; {
		changed = false
		for _, u := range w.all {
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
func (w *Spans) mayHandBack(c *call) (by handing, ok bool) {
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
func (w *Spans) wraps(c *call) bool {
	for _, t := range c.results {
		if isContext(t) || plain(t) || isCollection(t) {
			continue
		}
		return true
	}
	return false
}

func (w *Funcs) returnsSpan(u *unit) bool {
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

// Spans are the spans that a package starts.
type Spans struct {
	*Funcs
	span       *types.Named                // trace.Span, nil where it is out of reach
	assigns    map[types.Object][]ast.Expr // what context variables are assigned
	parameters map[types.Object]bool       // of functions
}

// Gather notes the calls that may return with a span.
func (w *Spans) Gather(u *unit, n ast.Node, path []ast.Node) {
	call, ok := n.(*ast.CallExpr)
	if !ok || !w.spans {
		return
	}
	if c := w.call(u, call, path, w.span); c != nil {
		c.path = append([]ast.Node(nil), path...)
		u.calls = append(u.calls, c)
	}
}

// fact is what the package's facts say of how a unit hands spans on.
func (w *Spans) fact(u *unit) string {
	if w.returnsSpan(u) {
		return ""
	}
	return u.hand.code()
}
