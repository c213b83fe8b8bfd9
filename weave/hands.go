package weave

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"
)

// Which functions hand the spans they start to their callers, and where the
// caller finds them: among the results, in what a method was called on, in what
// a pointer argument points to, in a variable that both see.

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
func (w *weaver) stored(u *unit, c *call) []types.Object {
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
func (w *weaver) returnsHolder(c *call, t types.Type) bool {
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

// hands computes what a unit hands to its caller, and tells whether that is more
// than it knew.
func (w *weaver) hands(u *unit) bool {
	more := false
	for _, c := range u.calls {
		if !c.site || c.used != nil {
			continue
		}
		by, ok := w.handsOn(u, c)
		if !ok {
			continue
		}
		var grown bool
		if u.hand, grown = u.hand.add(by); grown || !c.passed {
			c.passed, more = true, true
		}
		c.outward = c.outward || !by.result
		if !by.result || !by.byCtx && !by.bySpan(w, u) {
			c.byFunc = true
		}
	}
	return more
}

// bySpan tells whether a unit's results name the span itself.
func (h handing) bySpan(w *weaver, u *unit) bool { return h.result && w.returnsSpan(u) }

// handsOn tells how a unit hands one call's span to its caller, if it does.
func (w *weaver) handsOn(u *unit, c *call) (by handing, ok bool) {
	if u.typ == nil {
		return by, false
	}
	h := w.holders(u, c)
	for _, n := range u.nodes {
		r, isReturn := n.(*ast.ReturnStmt)
		if !isReturn {
			continue
		}
		for _, t := range h.returned(r) {
			by.result = true
			by.byCtx = by.byCtx || isContext(t)
		}
	}
	if by.result {
		if !w.Own && !by.byCtx {
			return handing{}, false
		}
		return by, true
	}
	if by = w.outward(u, c, h); !w.Own || !by.any() {
		return handing{}, false
	}
	// Not where it is given away, or ended, on every path.
	if course := w.course(u, c, true); !course.out {
		return handing{}, false
	}
	return by, true
}

// outward finds what holds on to a call's span that outlives the unit.
func (w *weaver) outward(u *unit, c *call, h *holders) (by handing) {
	for _, set := range []map[types.Object]bool{h.ends, h.rest, h.more} {
		for o := range set {
			v, ok := o.(*types.Var)
			if !ok || v.IsField() || h.local(v) {
				continue // of a field, the variable is among them too
			}
			direct := h.ends[o] || h.rest[o] // it is the span's own place
			switch at := w.paramOf(u, v); {
			case at >= -1:
				if _, pointer := v.Type().Underlying().(*types.Pointer); !pointer {
					continue
				}
				if at == -1 {
					by.recv = true
				} else if at < 64 {
					by.params |= 1 << at
				}
			case isGlobal(v):
				if v.Pkg() == w.pkg && c.span >= 0 {
					by.vars = append(by.vars, v)
				}
			case u.lit != nil && direct || u.lit != nil && h.more[o]:
				by.vars = append(by.vars, v)
			}
		}
	}
	return by
}

// paramOf returns which parameter a variable is: -1 for the receiver, -2 for none.
func (w *weaver) paramOf(u *unit, v *types.Var) int {
	if u.recv != nil {
		for _, f := range u.recv.List {
			for _, id := range f.Names {
				if w.info.Defs[id] == types.Object(v) {
					return -1
				}
			}
		}
	}
	i := 0
	for _, f := range u.typ.Params.List {
		for _, id := range f.Names {
			if w.info.Defs[id] == types.Object(v) {
				return i
			}
			i++
		}
		if len(f.Names) == 0 {
			i++
		}
	}
	return -2
}

// course returns a call's course through its unit. pass says that what holds on
// to the span outlives the unit, by something other than a result.
func (w *weaver) course(u *unit, c *call, pass bool) *course {
	if u.flow == nil {
		u.flow = newFlow(u.body, w.never)
	}
	h := w.holders(u, c)
	var same []*call // what starts another span into the variable
	for _, o := range u.calls {
		if o != c && o.site && h.by != nil && w.holders(u, o).by == h.by {
			same = append(same, o)
		}
	}
	restarts := func(n ast.Node) (again, blind bool) {
		for _, o := range same {
			if within(o.expr.Pos(), n) && w.exact(o, n) {
				// What the callee stores it in is no mention.
				return true, len(w.stored(u, o)) > 0
			}
		}
		return false, false
	}
	return w.follow(u.flow, h, c.expr, restarts, pass, w.early(u, h), nil)
}

// early tells whether something that was deferred before the start, and has run
// the defer statement on every way to it, ends what the variable holds.
func (w *weaver) early(u *unit, h *holders) bool {
	for _, d := range u.defers {
		if d.Pos() >= h.c.expr.Pos() || h.effects(d)&keepsVar == 0 {
			continue
		}
		for _, list := range u.lists {
			if !within(h.c.expr.Pos(), list) {
				continue
			}
			for _, s := range stmtsOf(list) {
				if s == ast.Stmt(d) {
					return true
				}
			}
		}
	}
	return false
}

func stmtsOf(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// unitOf returns the unit that a call runs, where that can be told: a function
// of this package, or a literal, called at once or by the one variable that holds
// it.
func (w *weaver) unitOf(call *ast.CallExpr) *unit {
	fun := ast.Unparen(call.Fun)
	if lit, ok := fun.(*ast.FuncLit); ok {
		return w.byLit[lit]
	}
	if id, ok := fun.(*ast.Ident); ok {
		if lit := w.lits[w.info.Uses[id]]; lit != nil {
			return w.byLit[lit]
		}
	}
	if fn := w.callee(call); fn != nil {
		return w.byFunc[fn.Origin()]
	}
	return nil
}

// never tells whether a call never returns.
func (w *weaver) never(call *ast.CallExpr) bool {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && id.Name == "panic" {
		return w.info.Types[call.Fun].IsBuiltin()
	}
	fn := w.callee(call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.FullName() {
	case "os.Exit", "runtime.Goexit", "log.Fatal", "log.Fatalf", "log.Fatalln":
		return true
	}
	return fn.Pkg().Path() == "testing" && (strings.HasPrefix(fn.Name(), "Fatal") || fn.Name() == "FailNow" || strings.HasPrefix(fn.Name(), "Skip") && fn.Name() != "Skipped")
}
