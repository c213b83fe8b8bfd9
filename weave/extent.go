package weave

import (
	"fmt"
	"go/ast"
	"strings"
)

// What happens where a span is started. The span is current on its goroutine
// from the call that returned it until the first of: its End, wherever; the
// return of the function that called; the end of the iteration of the loop in
// whose body its variable was declared; the next span started into its
// variable; the last mention of it on the path taken (path.go), unless what the
// function defers ends it on every path. Behind its last mention a span that is
// open still was given away: to a goroutine, a channel, a slice, a callee that
// keeps it.
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
// A function in scope that returns the span or anything that holds it, or stores it
// where its caller sees it (hands.go), hands the span to its caller: leave leaves it
// floating, and the caller, in whose text the call counts as a start, takes it over
// right after the call. A caller that is not woven does not, and the span is no
// longer current: lost, not wrong.

// starting weaves the spans that one unit starts.
type starting struct {
	*extents
	w        *Spans
	sites    []*call
	courses  map[*call]*course
	siblings map[*call]string // tokens of starts that have siblings
	refused  map[*call]bool
}

// Weave weaves the spans that a unit starts, or is handed.
func (w *Spans) Weave(e *extents) {
	x := &starting{extents: e, w: w, sites: w.sitesOf(e.u), courses: map[*call]*course{}, siblings: map[*call]string{}, refused: map[*call]bool{}}
	for _, c := range x.sites {
		kind := "hand-back"
		if c.span >= 0 || c.used != nil {
			kind = "span"
		}
		reason := x.start(c)
		// Of a call that may hand a span back and may not, there is nothing to say.
		if reason == "" || c.sure || c.span >= 0 || c.hand.any() {
			w.site(kind, x.u.f, c.expr, x.u.name, reason)
		}
		x.woven = x.woven || reason == ""
		x.refused[c] = reason != ""
	}
	x.parents()
}

// sitesOf returns a unit's calls that count as starts. Of several in one
// statement a call that may hand a span back is none if there is one that
// certainly starts one: the context that a Start is given, say.
func (w *Spans) sitesOf(u *unit) []*call {
	var all, sites []*call
	for _, c := range u.calls {
		if c.site {
			all = append(all, c)
		}
	}
	for _, c := range all {
		among := false
		for _, o := range all {
			among = among || o != c && o.sure && !c.sure && (inside(c.expr, o.expr) || inside(o.expr, c.expr))
			// What the unit started itself is current already.
			among = among || c.used != nil && o.used == nil && w.holders(u, o).holds(w.info.Uses[c.used])
		}
		if !among {
			sites = append(sites, c)
		}
	}
	return sites
}

// start weaves one call and returns why not, or "".
func (x *starting) start(c *call) string {
	p, reason := x.place(c.expr, c.path)
	if reason != "" {
		return reason
	}
	if len(p.lists) == 0 {
		return "not in a statement list"
	}
	h := x.holders(x.u, c)
	stmt, header := x.host(c.path, p)
	crowded := x.crowded(c, stmt)
	bodied := hasBody(stmt)
	if !h.held() && bodied {
		return "given away in the header of a statement with a body"
	}
	if !h.held() && crowded {
		return "given away in a statement that starts several spans"
	}
	home := x.home(h, p)
	level := 0
	for i, l := range p.loops {
		if l == home {
			level = i + 1
		}
	}
	var drops []*point
	var course *course
	if h.held() {
		course = x.course(c)
		drops = x.needed(course, c.passed, home)
	}
	_, returns := stmt.(*ast.ReturnStmt)
	_, defers := stmt.(*ast.DeferStmt)
	// What was deferred before the start runs behind a return that gives it away.
	late := h.held() && course.late && !c.passed && len(x.u.defers) > 0 && len(p.loops) == 0 && x.exact(c, stmt)
	at := stmt
	switch {
	case len(drops) == 0 && h.held() && !late, returns, defers:
	case bodied:
		return "in the header of a statement with a body: how long the span is current can't be known"
	case !h.held():
		t := x.token("^uint64(0)")
		x.text(at).before = append(x.text(at).before, fmt.Sprintf("%s = %s();", t, x.runtimeFunc("seq", "() uint64")))
		x.text(at).behind = append(x.text(at).behind, fmt.Sprintf("%s(%s, 0)", x.runtimeFunc("next", "(token uint64, level uint32)"), t))
	case x.exact(c, stmt):
		t := x.token("uint64(0)")
		x.text(at).before = append(x.text(at).before, fmt.Sprintf("%s = %s();", t, x.runtimeFunc("seq", "() uint64")))
		x.text(at).behind = append(x.text(at).behind, fmt.Sprintf("%s = %s(%s)", t, x.runtimeFunc("last", "(before uint64) uint64"), t))
		over := fmt.Sprintf("%s(%s);", x.runtimeFunc("drop", "(token uint64)"), t)
		x.drop(drops, over)
		if late {
			x.text(at).behind = append(x.text(at).behind, "defer "+strings.TrimSuffix(over, ";"))
		}
		if course.mixed {
			x.keep(course, t)
		}
	case crowded:
		return "started in a statement that starts several spans"
	default:
		// It is not the last thing that its statement does: what the statement
		// left on the chain is its span.
		from, to := x.token("uint64(0)"), x.token("uint64(0)")
		seq := x.runtimeFunc("seq", "() uint64")
		x.text(at).before = append(x.text(at).before, fmt.Sprintf("%s = %s();", from, seq))
		x.text(at).behind = append(x.text(at).behind, fmt.Sprintf("%s = %s()", to, seq))
		x.drop(drops, fmt.Sprintf("%s(%s, %s);", x.runtimeFunc("between", "(from, to uint64)"), from, to))
	}
	if home != nil {
		x.loop(home)
	}
	if header != nil {
		defer func() {
			if x.around[stmt] != nil {
				x.moved[header] = stmt
			}
		}()
	}

	flags := level << levelShift
	if c.sure {
		flags |= flagSure
	}
	if c.used != nil {
		f := x.u.f
		f.before(c.used, part{text: x.w.pushFunc(1, 0, -1, flags|flagUsed) + "("})
		f.after(c.used, ")")
		return ""
	}
	if c.passed {
		flags |= flagTransfer
		if c.byFunc {
			flags |= flagByFunc
		}
	}
	if x.w.keepsContext(c) {
		flags |= flagKept
	}
	if !c.sure {
		x.text(at).before = append(x.text(at).before, x.runtimeFunc("pre", "()")+"();")
	}
	switch {
	case c.void:
		t := fmt.Sprintf("%s(%d)", x.runtimeFunc("take", "(flags uint32)"), flags)
		x.text(at).behind = append([]string{t}, x.text(at).behind...)
		return ""
	case c.span < 0 || c.hand.any() && !c.hand.result:
		ctx := c.ctx
		if c.hand.any() && !c.hand.byCtx {
			ctx = -1
		}
		x.u.f.before(c.expr, part{text: x.w.takeFunc(len(c.results), ctx, flags) + "("})
	default:
		x.u.f.before(c.expr, part{text: x.w.pushFunc(len(c.results), c.span, c.ctx, flags) + "("})
	}
	x.u.f.after(c.expr, ")")
	return ""
}

// course returns a call's course, once the unit's calls are decided.
func (x *starting) course(c *call) *course {
	if x.courses[c] == nil {
		x.courses[c] = x.w.course(x.u, c, c.outward)
	}
	return x.courses[c]
}

// crowded tells whether a statement holds other starts than the call.
func (x *starting) crowded(c *call, s ast.Stmt) bool {
	for _, o := range x.sites {
		if o != c && within(o.expr.Pos(), s) {
			return true
		}
	}
	return false
}

// pushFunc returns the name of the generic function that passes n results on
// and makes the span among them current.
func (w *Spans) pushFunc(n, span, ctx, flags int) string {
	name := fmt.Sprintf("%spush%d_%d_%d_%d", Prefix, n, span, ctx+1, flags)
	c := "nil"
	if ctx >= 0 {
		c = fmt.Sprintf("any(r%d)", ctx)
	}
	w.need[fmt.Sprintf("//go:linkname %spush %s.driftPush\nfunc %spush(ctx, span any, flags uint32)\n", Prefix, otelTrace, Prefix)] = true
	// The span that the SDK started last on this goroutine, nearly always.
	claim := w.runtimeFunc("claim", "(data "+Prefix+"unsafe.Pointer, flags uint32) bool")
	w.need[passFunc(name, n, fmt.Sprintf("s := any(r%[1]d); if d := (*[2]%[2]s.Pointer)(%[2]s.Pointer(&s))[1]; d != nil && !%[3]s(d, %[4]d) { %[5]spush(%[6]s, s, %[4]d) }",
		span, Prefix+"unsafe", claim, flags, Prefix, c))] = true
	return name
}

// takeFunc is pushFunc for results without a span.
func (w *Spans) takeFunc(n, ctx, flags int) string {
	name := fmt.Sprintf("%stake%d_%d_%d", Prefix, n, ctx+1, flags)
	do := fmt.Sprintf("%s(%d)", w.runtimeFunc("take", "(flags uint32)"), flags)
	if ctx >= 0 {
		do = fmt.Sprintf("%s(any(r%d), %d)", w.runtimeFunc("takeCtx", "(ctx any, flags uint32)"), ctx, flags)
	}
	w.need[passFunc(name, n, do)] = true
	return name
}
