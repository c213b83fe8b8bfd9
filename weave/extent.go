package weave

import (
	"fmt"
	"go/ast"
	"go/token"
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

// otelTrace is the package whose Span and Tracer are followed.
const (
	otelModule = "go.opentelemetry.io/otel"
	otelTrace  = otelModule + "/trace"
)

// Flags of a push, as the runtime hook's frame.go has them.
const (
	flagSure     = 1
	flagTransfer = 2
	flagByFunc   = 4
	flagBatched  = 8  // of a message: taken out of a batch
	flagKept     = 16 // the span's context went elsewhere than the one it was started from
	flagUsed     = 32 // started elsewhere, and used on here
	flagNested   = 64 // of what was received from a channel: not the first in its loop's round
	levelShift   = 8
)

// unit weaves one function body.
func (w *weaver) unit(u *unit) {
	sites := w.sitesOf(u)
	ranges := w.rangesOf(u)
	if len(sites)+len(u.receives)+len(ranges) == 0 {
		return
	}
	x := &extents{w: w, u: u, loops: map[ast.Stmt]string{}, around: map[ast.Stmt]*around{}, moved: map[ast.Stmt]ast.Stmt{}}
	x.courses = map[*call]*course{}
	x.siblings, x.refused = map[*call]string{}, map[*call]bool{}
	for _, c := range sites {
		kind := "hand-back"
		if c.span >= 0 || c.used != nil {
			kind = "span"
		}
		reason := x.site(c, sites)
		// Of a call that may hand a span back and may not, there is nothing to say.
		if reason == "" || c.sure || c.span >= 0 || c.hand.any() {
			w.site(kind, u.f, c.expr, u.name, reason)
		}
		x.woven = x.woven || reason == ""
		x.refused[c] = reason != ""
	}
	x.parents(sites)
	for _, r := range u.receives {
		reason := x.receive(r)
		if reason == "" || !r.carried || !r.helper {
			w.site("receive", u.f, r.node, u.name, reason)
		}
		x.woven = x.woven || reason == ""
	}
	if x.woven {
		leave := "leave"
		if !w.Own {
			leave = "leaveLib"
		}
		t := Prefix + "t"
		u.f.open(u.body.Lbrace, fmt.Sprintf("%s := %s(); defer %s(%s);", t,
			w.runtimeFunc("enter", "() uint64"), w.runtimeFunc(leave, "(token uint64)"), t))
	}
	x.finish(ranges)
}

// sitesOf returns a unit's calls that count as starts. Of several in one
// statement a call that may hand a span back is none if there is one that
// certainly starts one: the context that a Start is given, say.
func (w *weaver) sitesOf(u *unit) []*call {
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

// inside tells whether a node is within another.
func inside(n, in ast.Node) bool { return in.Pos() <= n.Pos() && n.End() <= in.End() }

// extents weaves how long spans are current within one unit.
type extents struct {
	w        *weaver
	u        *unit
	woven    bool
	loops    map[ast.Stmt]string // loops that end extents, with their token's name
	order    []ast.Stmt          // the same in source order
	decls    []string            // tokens, declared where the body begins
	ends     []ending            // text at the ends of lists
	late     []late
	around   map[ast.Stmt]*around // text around statements
	courses  map[*call]*course
	siblings map[*call]string // tokens of starts that have siblings
	refused  map[*call]bool
	moved    map[ast.Stmt]ast.Stmt // statements with a header, whose init statement moves in front
}

// site weaves one call and returns why not, or "".
func (x *extents) site(c *call, sites []*call) string {
	p, reason := x.place(c.expr, c.path)
	if reason != "" {
		return reason
	}
	if len(p.lists) == 0 {
		return "not in a statement list"
	}
	h := x.w.holders(x.u, c)
	stmt, header := x.host(c.path, p)
	crowded := x.crowded(c, stmt, sites)
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
	late := h.held() && course.late && !c.passed && len(x.u.defers) > 0 && len(p.loops) == 0 && x.w.exact(c, stmt)
	at := stmt
	switch {
	case len(drops) == 0 && h.held() && !late, returns, defers:
	case bodied:
		return "in the header of a statement with a body: how long the span is current can't be known"
	case !h.held():
		t := x.token("^uint64(0)")
		x.text(at).before = append(x.text(at).before, fmt.Sprintf("%s = %s();", t, x.w.runtimeFunc("seq", "() uint64")))
		x.text(at).behind = append(x.text(at).behind, fmt.Sprintf("%s(%s, 0)", x.w.runtimeFunc("next", "(token uint64, level uint32)"), t))
	case x.w.exact(c, stmt):
		t := x.token("uint64(0)")
		x.text(at).before = append(x.text(at).before, fmt.Sprintf("%s = %s();", t, x.w.runtimeFunc("seq", "() uint64")))
		x.text(at).behind = append(x.text(at).behind, fmt.Sprintf("%s = %s(%s)", t, x.w.runtimeFunc("last", "(before uint64) uint64"), t))
		over := fmt.Sprintf("%s(%s);", x.w.runtimeFunc("drop", "(token uint64)"), t)
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
		seq := x.w.runtimeFunc("seq", "() uint64")
		x.text(at).before = append(x.text(at).before, fmt.Sprintf("%s = %s();", from, seq))
		x.text(at).behind = append(x.text(at).behind, fmt.Sprintf("%s = %s()", to, seq))
		x.drop(drops, fmt.Sprintf("%s(%s, %s);", x.w.runtimeFunc("between", "(from, to uint64)"), from, to))
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
		x.text(at).before = append(x.text(at).before, x.w.runtimeFunc("pre", "()")+"();")
	}
	switch {
	case c.void:
		t := fmt.Sprintf("%s(%d)", x.w.runtimeFunc("take", "(flags uint32)"), flags)
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
func (x *extents) course(c *call) *course {
	if x.courses[c] == nil {
		x.courses[c] = x.w.course(x.u, c, c.outward)
	}
	return x.courses[c]
}

// needed returns the places where a span's extent ends and nothing else ends it.
func (x *extents) needed(c *course, passed bool, home ast.Stmt) []*point {
	var drops []*point
	for _, p := range c.drops {
		switch {
		case p.before == nil && p.end == nil:
			continue // no text can be put there
		case home != nil && (p.end == ast.Node(loopBody(home)) || p.jump && x.leaves(p.before, home)):
			continue // the end of the iteration is
		case passed || len(x.u.defers) > 0:
		case p.end == ast.Node(x.u.body):
			continue // the function returns
		case p.before != nil && quiet(p.before):
			continue
		}
		drops = append(drops, p)
	}
	return drops
}

// quiet tells whether a statement returns and does nothing else.
func quiet(s ast.Stmt) bool {
	r, ok := s.(*ast.ReturnStmt)
	if !ok {
		return false
	}
	calls := false
	for _, e := range r.Results {
		ast.Inspect(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				calls = true
			case *ast.UnaryExpr:
				calls = calls || n.Op == token.ARROW
			}
			return !calls
		})
	}
	return !calls
}

// keep has the token name no frame from where the function is sure to end the
// span when it returns: where paths meet, those that came by there keep it.
func (x *extents) keep(c *course, token string) {
	for p, e := range c.at {
		if e&keeps != 0 && p.before != nil {
			a := x.text(p.before)
			a.behind = append(a.behind, token+" = 0")
		}
	}
}

// crowded tells whether a statement holds other starts than the call.
func (x *extents) crowded(c *call, s ast.Stmt, sites []*call) bool {
	for _, o := range sites {
		if o != c && within(o.expr.Pos(), s) {
			return true
		}
	}
	return false
}

func within(pos token.Pos, n ast.Node) bool { return n.Pos() <= pos && pos < n.End() }

// exact tells whether the call's results go straight into variables, or nowhere:
// then the push is the last thing that its statement does.
func (w *weaver) exact(c *call, n ast.Node) bool {
	for {
		l, ok := n.(*ast.LabeledStmt)
		if !ok {
			break
		}
		n = l.Stmt
	}
	var rhs []ast.Expr
	switch s := n.(type) {
	case *ast.ExprStmt:
		rhs = []ast.Expr{s.X}
	case *ast.AssignStmt:
		rhs = s.Rhs
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && len(d.Specs) == 1 {
			if v, ok := d.Specs[0].(*ast.ValueSpec); ok {
				rhs = v.Values
			}
		}
	}
	return len(rhs) == 1 && ast.Unparen(rhs[0]) == ast.Expr(c.expr)
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
	// The span that the SDK started last on this goroutine, nearly always.
	claim := w.runtimeFunc("claim", "(data "+Prefix+"unsafe.Pointer, flags uint32) bool")
	w.need[passFunc(name, n, fmt.Sprintf("s := any(r%[1]d); if d := (*[2]%[2]s.Pointer)(%[2]s.Pointer(&s))[1]; d != nil && !%[3]s(d, %[4]d) { %[5]spush(%[6]s, s, %[4]d) }",
		span, Prefix+"unsafe", claim, flags, Prefix, c))] = true
	return name
}

// takeFunc is pushFunc for results without a span.
func (w *weaver) takeFunc(n, ctx, flags int) string {
	name := fmt.Sprintf("%stake%d_%d_%d", Prefix, n, ctx+1, flags)
	do := fmt.Sprintf("%s(%d)", w.runtimeFunc("take", "(flags uint32)"), flags)
	if ctx >= 0 {
		do = fmt.Sprintf("%s(any(r%d), %d)", w.runtimeFunc("takeCtx", "(ctx any, flags uint32)"), ctx, flags)
	}
	w.need[passFunc(name, n, do)] = true
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
