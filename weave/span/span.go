// Package span is the source of spans that are started, or handed to their caller.
package span

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/pass"
)

// Which calls count as starts of a span, and which functions hand the spans
// they start to their callers.

// Source are the spans that a package starts.
type Source struct {
	*extent.Funcs
	span       *types.Named                // trace.Span, nil where it is out of reach
	looked     bool                        // for that
	assigns    map[types.Object][]ast.Expr // what context variables are assigned
	parameters map[types.Object]bool       // of functions
}

// New returns the source of spans of a package.
func New(funcs *extent.Funcs) *Source { return &Source{Funcs: funcs} }

// call returns what a call may do to the ambient context, nil if nothing.
func (w *Source) call(u *extent.Unit, n *ast.CallExpr, path []ast.Node, span *types.Named) *extent.Call {
	tv := w.Info.Types[n]
	if tv.Type == nil || tv.Value != nil {
		return nil
	}
	if fun := w.Info.Types[ast.Unparen(n.Fun)]; fun.IsType() || fun.IsBuiltin() {
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
	c := &extent.Call{Expr: n, Span: -1, Ctx: -1, Void: tv.IsVoid(), Callee: typeutil.Callee(w.Info, n)}
	if t, ok := tv.Type.(*types.Tuple); ok {
		for i := range t.Len() {
			c.Results = append(c.Results, t.At(i).Type())
		}
	} else if !c.Void {
		c.Results = []types.Type{tv.Type}
	}
	holds := false
	for i, t := range c.Results {
		switch {
		case pass.IsSpan(t, span) || w.Own && pass.IsSpanType(t):
			c.Span = i
		case pass.IsContext(t):
			c.Ctx = i
		case pass.IsEnd(t):
			c.End = true
		default:
			holds = holds || extent.HoldsSpan(t, 3)
		}
	}
	if id := w.usedOn(n); id != nil {
		c.Used, c.Site = id, true
		return c
	}
	if c.Span >= 0 {
		c.Sure = w.isStart(n, span)
		if c.Callee != nil && c.Callee.Pkg() != nil && c.Callee.Pkg().Path() == pass.OtelTrace && c.Callee.Name() != "Start" {
			return nil // SpanFromContext and its like return an old one
		}
		if !c.Sure && !w.Own {
			return nil
		}
		// A function of this package is looked into: it may be a getter.
		c.Site = c.Sure || w.UnitOf(n) == nil
		return c
	}
	if !w.Own || c.Ctx < 0 && !c.End && !holds && !w.MayHand(n) {
		return nil
	}
	return c
}

// usedOn returns the variable whose span a call of ContextWithSpan puts into a
// context: a span that came by a channel or a call is current where it is used on.
func (w *Source) usedOn(n *ast.CallExpr) *ast.Ident {
	if !w.Own || len(n.Args) != 2 {
		return nil
	}
	fn := w.Callee(n)
	if fn == nil || fn.FullName() != pass.OtelTrace+".ContextWithSpan" {
		return nil
	}
	id, ok := ast.Unparen(n.Args[1]).(*ast.Ident)
	if !ok {
		return nil
	}
	if v, ok := w.Info.Uses[id].(*types.Var); !ok || extent.IsGlobal(v) || !pass.IsSpanType(v.Type()) {
		return nil
	}
	return id
}

// isStart reports whether a call has the signature of trace.Tracer's Start.
func (w *Source) isStart(n *ast.CallExpr, span *types.Named) bool {
	sig, ok := w.Info.TypeOf(n.Fun).Underlying().(*types.Signature)
	if !ok || !sig.Variadic() || sig.Params().Len() != 3 || sig.Results().Len() != 2 {
		return false
	}
	opts, ok := sig.Params().At(2).Type().(*types.Slice)
	if !ok {
		return false
	}
	opt, ok := types.Unalias(opts.Elem()).(*types.Named)
	return ok && opt.Obj().Name() == "SpanStartOption" && opt.Obj().Pkg() == span.Obj().Pkg() &&
		pass.IsContext(sig.Params().At(0).Type()) && pass.IsContext(sig.Results().At(0).Type()) && pass.IsSpan(sig.Results().At(1).Type(), span)
}

// Decide tells which calls count as starts and which units hand spans on.
// Calls to this package's own functions depend on each other, so it goes on
// until nothing changes.
func (w *Source) Decide() {
	for changed := true; changed; {
		changed = false
		for _, u := range w.All {
			for _, c := range u.Calls {
				if c.Sure || c.Used != nil {
					continue
				}
				by, ok := w.mayHandBack(c)
				var more bool
				if c.Hand, more = c.Hand.Add(by); more || ok && !c.Site {
					c.Site, c.Held = true, nil
					changed = true
				}
			}
			if w.hands(u) {
				changed = true
			}
		}
	}
}

// mayHandBack reports whether a call may have started a span that is its caller's
// now, and where that is.
func (w *Source) mayHandBack(c *extent.Call) (by extent.Handing, ok bool) {
	if u := w.UnitOf(c.Expr); u != nil {
		return u.Hand, u.Hand.Any()
	}
	fn, ok := c.Callee.(*types.Func)
	if !ok {
		return extent.Handing{}, !c.Void // a func value: it may be anyone's
	}
	if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		return extent.Handing{}, !c.Void // so may an interface's method
	}
	if c.Span >= 0 {
		return extent.Handing{}, true
	}
	if by, ok := w.handsOver(fn.Origin()); ok {
		return by, true
	}
	// A library's wrapper: the context reports whether the span is in it.
	return extent.Handing{}, c.Ctx >= 0 && len(c.Results) > 1 && isLibrary(fn.Pkg()) && w.wraps(c)
}

// isLibrary reports whether a package is neither Go's own nor OpenTelemetry's.
func isLibrary(p *types.Package) bool {
	if p == nil || strings.HasPrefix(p.Path(), pass.OtelModule) {
		return false
	}
	first, _, _ := strings.Cut(p.Path(), "/")
	return strings.Contains(first, ".")
}

// wraps reports whether a call returns something, beside a context, that may end a
// span.
func (w *Source) wraps(c *extent.Call) bool {
	for _, t := range c.Results {
		if pass.IsContext(t) || pass.Plain(t) || pass.IsCollection(t) {
			continue
		}
		return true
	}
	return false
}

func (w *Source) returnsSpan(u *extent.Unit) bool {
	if u.Type == nil || u.Type.Results == nil {
		return false
	}
	for _, r := range u.Type.Results.List {
		if pass.IsSpanType(w.Info.TypeOf(r.Type)) {
			return true
		}
	}
	return false
}

// Gather notes the calls that may return with a span.
func (w *Source) Gather(u *extent.Unit, n ast.Node, path []ast.Node) {
	call, ok := n.(*ast.CallExpr)
	if !ok || !w.Plan.Spans {
		return
	}
	if !w.looked {
		w.span, w.looked = w.SpanInterface(), true
	}
	if c := w.call(u, call, path, w.span); c != nil {
		c.Path = append([]ast.Node(nil), path...)
		u.Calls = append(u.Calls, c)
	}
}

// Fact is what the package's facts say of how a unit hands spans on.
func (w *Source) Fact(u *extent.Unit) string {
	if w.returnsSpan(u) {
		return ""
	}
	return u.Hand.Code()
}

// handsOver tells by facts whether and how a function of an imported package
// hands a span to its caller.
func (w *Source) handsOver(fn *types.Func) (extent.Handing, bool) {
	by := extent.ParseHanding(w.FactsOf(fn))
	return by, by.Any()
}
