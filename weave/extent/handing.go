package extent

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"github.com/drift-go/drift-toolexec/weave/pass"
)

// Handing tells how a function hands a span to its caller.
type Handing struct {
	Result bool           // by a result
	ByCtx  bool           // that is a context, which tells the span
	Recv   bool           // in its receiver
	Params uint64         // in what these parameters point to
	Vars   []types.Object // in a variable of the package, or of the function around
}

func (h Handing) Any() bool { return h.Result || h.Recv || h.Params != 0 || len(h.Vars) > 0 }

// Add returns the union, and whether that is more than h.
func (h Handing) Add(o Handing) (Handing, bool) {
	was := h
	h.Result, h.ByCtx, h.Recv, h.Params = h.Result || o.Result, h.ByCtx || o.ByCtx, h.Recv || o.Recv, h.Params|o.Params
	more := h.Result != was.Result || h.ByCtx != was.ByCtx || h.Recv != was.Recv || h.Params != was.Params
next:
	for _, v := range o.Vars {
		for _, had := range h.Vars {
			if had == v {
				continue next
			}
		}
		h.Vars = append(h.Vars[:len(h.Vars):len(h.Vars)], v)
		more = true
	}
	return h, more
}

// Code is what a package's facts say of a function. Its variables are nobody
// else's to see.
func (h Handing) Code() string {
	var b strings.Builder
	if h.Result {
		b.WriteByte('r')
	}
	if h.ByCtx {
		b.WriteByte('c')
	}
	if h.Recv {
		b.WriteByte('v')
	}
	for i := range 64 {
		if h.Params>>i&1 != 0 {
			b.WriteString("p" + strconv.Itoa(i))
		}
	}
	return b.String()
}

// ParseHanding reads what code wrote.
func ParseHanding(s string) Handing {
	var h Handing
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 'r':
			h.Result = true
		case 'c':
			h.ByCtx = true
		case 'v':
			h.Recv = true
		case 'p':
			j := i + 1
			for j < len(s) && '0' <= s[j] && s[j] <= '9' {
				j++
			}
			if n, err := strconv.Atoi(s[i+1 : j]); err == nil && n < 64 {
				h.Params |= 1 << n
			}
			i = j - 1
		}
	}
	return h
}

// Stored returns the unit's variables in which a call left a span.
func (w *Funcs) Stored(u *Unit, c *Call) []types.Object {
	var out []types.Object
	add := func(e ast.Expr) {
		if root, element := w.Root(e); root != nil && !element && !pass.IsCollection(root.Type()) {
			out = append(out, root)
		}
	}
	if c.Hand.Recv {
		if sel, ok := ast.Unparen(c.Expr.Fun).(*ast.SelectorExpr); ok && w.Info.Selections[sel] != nil {
			add(sel.X)
		}
	}
	for i, a := range c.Expr.Args {
		if i < 64 && c.Hand.Params>>i&1 != 0 {
			add(a)
		}
	}
	return append(out, c.Hand.Vars...)
}

// returnsHolder reports whether what a call returns, of a type that is neither a
// context nor a func nor a span, may hold on to its span.
func (w *Funcs) returnsHolder(c *Call, t types.Type) bool {
	return c.Span >= 0 || c.End || c.Hand.Result || !c.Hand.Any() || w.holdsSpan(t)
}

// Returned returns the results of a return statement that hold on to the span,
// by their types.
func (h *Aliases) Returned(r *ast.ReturnStmt) []types.Type {
	if h.u.Type == nil || h.u.Type.Results == nil {
		return nil
	}
	var out, results []types.Type
	for _, f := range h.u.Type.Results.List {
		t := h.w.Info.TypeOf(f.Type)
		for _, id := range f.Names {
			if o := h.w.Info.Defs[id]; o != nil && (h.Holds(o) || h.ctxs[o]) {
				out = append(out, t)
			}
		}
		for range max(len(f.Names), 1) {
			results = append(results, t)
		}
	}
	if len(r.Results) == 0 {
		return out
	}
	out = nil
	for i, t := range results {
		e := r.Results[0]
		if len(r.Results) == len(results) {
			e = r.Results[i]
		}
		switch {
		case pass.Plain(t):
		case pass.IsContext(t):
			if h.inContext(e) {
				out = append(out, t)
			}
		case isCallOf(e, h.Call) && !pass.IsFunc(t) && !pass.IsSpanType(t):
			if h.w.returnsHolder(h.Call, t) && !pass.IsCollection(t) {
				out = append(out, t)
			}
		case !pass.IsCollection(t) && h.carries(e, t):
			out = append(out, t)
		}
	}
	return out
}
