package weave

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"
)

// handing tells how a function hands a span to its caller.
type handing struct {
	result bool           // by a result
	byCtx  bool           // that is a context, which tells the span
	recv   bool           // in its receiver
	params uint64         // in what these parameters point to
	vars   []types.Object // in a variable of the package, or of the function around
}

func (h handing) any() bool { return h.result || h.recv || h.params != 0 || len(h.vars) > 0 }

// add returns the union, and whether that is more than h.
func (h handing) add(o handing) (handing, bool) {
	was := h
	h.result, h.byCtx, h.recv, h.params = h.result || o.result, h.byCtx || o.byCtx, h.recv || o.recv, h.params|o.params
	more := h.result != was.result || h.byCtx != was.byCtx || h.recv != was.recv || h.params != was.params
next:
	for _, v := range o.vars {
		for _, had := range h.vars {
			if had == v {
				continue next
			}
		}
		h.vars = append(h.vars[:len(h.vars):len(h.vars)], v)
		more = true
	}
	return h, more
}

// code is what a package's facts say of a function. Its variables are nobody
// else's to see.
func (h handing) code() string {
	var b strings.Builder
	if h.result {
		b.WriteByte('r')
	}
	if h.byCtx {
		b.WriteByte('c')
	}
	if h.recv {
		b.WriteByte('v')
	}
	for i := range 64 {
		if h.params>>i&1 != 0 {
			b.WriteString("p" + strconv.Itoa(i))
		}
	}
	return b.String()
}

// parseHanding reads what code wrote.
func parseHanding(s string) handing {
	var h handing
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 'r':
			h.result = true
		case 'c':
			h.byCtx = true
		case 'v':
			h.recv = true
		case 'p':
			j := i + 1
			for j < len(s) && '0' <= s[j] && s[j] <= '9' {
				j++
			}
			if n, err := strconv.Atoi(s[i+1 : j]); err == nil && n < 64 {
				h.params |= 1 << n
			}
			i = j - 1
		}
	}
	return h
}

// stored returns the unit's variables in which a call left a span.
func (w *Funcs) stored(u *unit, c *call) []types.Object {
	var out []types.Object
	add := func(e ast.Expr) {
		if root, element := w.root(e); root != nil && !element && !isCollection(root.Type()) {
			out = append(out, root)
		}
	}
	if c.hand.recv {
		if sel, ok := ast.Unparen(c.expr.Fun).(*ast.SelectorExpr); ok && w.info.Selections[sel] != nil {
			add(sel.X)
		}
	}
	for i, a := range c.expr.Args {
		if i < 64 && c.hand.params>>i&1 != 0 {
			add(a)
		}
	}
	return append(out, c.hand.vars...)
}

// returnsHolder tells whether what a call returns, of a type that is neither a
// context nor a func nor a span, may hold on to its span.
func (w *Funcs) returnsHolder(c *call, t types.Type) bool {
	return c.span >= 0 || c.end || c.hand.result || !c.hand.any() || w.holdsSpan(t)
}

// returned returns the results of a return statement that hold on to the span,
// by their types.
func (h *holders) returned(r *ast.ReturnStmt) []types.Type {
	if h.u.typ == nil || h.u.typ.Results == nil {
		return nil
	}
	var out, results []types.Type
	for _, f := range h.u.typ.Results.List {
		t := h.w.info.TypeOf(f.Type)
		for _, id := range f.Names {
			if o := h.w.info.Defs[id]; o != nil && (h.holds(o) || h.ctxs[o]) {
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
		case plain(t):
		case isContext(t):
			if h.inContext(e) {
				out = append(out, t)
			}
		case isCallOf(e, h.c) && !isFunc(t) && !isSpanType(t):
			if h.w.returnsHolder(h.c, t) && !isCollection(t) {
				out = append(out, t)
			}
		case !isCollection(t) && h.carries(e, t):
			out = append(out, t)
		}
	}
	return out
}
