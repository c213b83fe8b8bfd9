package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"sort"
	"strings"
)

// What happens where a span is started. The span is current on its goroutine
// from the call that returned it until the first of: its End, wherever; the
// return of the function that called; the end of the iteration of the loop in
// whose body its variable was declared; the next span started into its
// variable; the last mention of it, unless the function defers something that
// has to do with it. Behind its last mention a span that is open still was
// given away: to a goroutine, a channel, a struct, a callee that keeps it.
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
	flagByFunc   = 4
	flagBatched  = 8  // of a message: taken out of a batch
	flagKept     = 16 // the span's context went elsewhere than the one it was started from
	flagUsed     = 32 // started elsewhere, and used on here
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
		w.site("receive", u.f, r.node, u.name, reason)
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

// around is text to put before and behind a statement.
type around struct {
	over   []string // ends of extents
	before []string
	behind []string
	braced bool // it is an if behind an else
}

// ending is text at the end of a list.
type ending struct {
	in   ast.Node
	text string
}

// late is what begins a block, behind the tokens of its loop.
type late struct {
	brace token.Pos
	text  string
}

// place is where in its unit a call is.
type place struct {
	loops []ast.Stmt // those whose body it is in, outermost first
	lists []listed   // the statement lists it is in, outermost first
}

// listed is a statement in a list.
type listed struct {
	in   ast.Node // the block or clause
	list []ast.Stmt
	i    int
}

func (l listed) stmt() ast.Stmt { return l.list[l.i] }

// place finds where a node is, below its ancestors, or why it is not woven
// there.
func (x *extents) place(node ast.Node, path []ast.Node) (p place, reason string) {
	for i, n := range path {
		next := node
		if i+1 < len(path) {
			next = path[i+1]
		}
		switch n := n.(type) {
		case *ast.ForStmt:
			if next == n.Body {
				p.loops = append(p.loops, n)
			} else if next == n.Cond || next == n.Post {
				return p, "in a loop's header: how long the span is current can't be known"
			}
		case *ast.RangeStmt:
			if next == n.Body {
				p.loops = append(p.loops, n)
			}
		}
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		p.list(n, list, next)
	}
	return p, ""
}

func (p *place) list(in ast.Node, list []ast.Stmt, next ast.Node) {
	if b, ok := in.(*ast.BlockStmt); ok {
		list = b.List
	}
	switch next.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return // a list of clauses: nothing runs between them
	}
	for i, s := range list {
		if s == next {
			p.lists = append(p.lists, listed{in, list, i})
		}
	}
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

// host returns the statement that a call is in, the innermost one that text can be
// put around. The init statement of a statement with a header, which is returned
// too, can be moved in front of that.
func (x *extents) host(path []ast.Node, p place) (stmt, header ast.Stmt) {
	list := p.lists[len(p.lists)-1].stmt()
	for i := len(path) - 1; i > 0; i-- {
		s, ok := path[i].(ast.Stmt)
		if !ok {
			continue
		}
		switch in := path[i-1].(type) {
		case *ast.IfStmt:
			if in.Init == s {
				return s, in
			}
		case *ast.SwitchStmt:
			if in.Init == s && ast.Stmt(in) == list { // unless a break names it
				return s, in
			}
		case *ast.TypeSwitchStmt:
			if in.Init == s && ast.Stmt(in) == list {
				return s, in
			}
		}
		break
	}
	for {
		l, ok := list.(*ast.LabeledStmt)
		if !ok || hasBody(l.Stmt) {
			return list, nil
		}
		list = l.Stmt // a goto to the label passes what is in front of it
	}
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

// leaves tells whether a jump leaves a loop's iteration.
func (x *extents) leaves(s ast.Stmt, loop ast.Stmt) bool {
	b, ok := s.(*ast.BranchStmt)
	if !ok || !within(b.Pos(), loopBody(loop)) {
		return false
	}
	if b.Tok == token.GOTO {
		l := x.u.labels[b.Label.Name]
		return l != nil && !within(l.Pos(), loopBody(loop))
	}
	if b.Tok == token.FALLTHROUGH {
		return false
	}
	// What it is meant for: the loop itself, what is around it, or in it.
	leaves, inner := true, 0
	var path []ast.Node
	ast.Inspect(loopBody(loop), func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if n == ast.Node(b) {
			for i := len(path) - 1; i >= 0; i-- {
				st, ok := path[i].(ast.Stmt)
				if !ok || !breakable(st) {
					continue
				}
				label := ""
				if i > 0 {
					if l, ok := path[i-1].(*ast.LabeledStmt); ok {
						label = l.Label.Name
					}
				}
				if b.Label != nil && b.Label.Name == label || b.Label == nil && (isLoop(st) || b.Tok == token.BREAK) {
					leaves = false
				}
				inner++
			}
		}
		path = append(path, n)
		return true
	})
	return leaves
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

// text returns what is put around a statement.
func (x *extents) text(s ast.Stmt) *around {
	a := x.around[s]
	if a == nil {
		a = &around{}
		x.around[s] = a
	}
	return a
}

// drop puts the end of an extent at points.
func (x *extents) drop(at []*point, text string) {
	for _, p := range at {
		if p.before == nil {
			x.ends = append(x.ends, ending{p.end, text})
			continue
		}
		a := x.text(p.before)
		a.over = append(a.over, text)
		a.braced = a.braced || p.inElse
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

// home returns the loop with whose iteration the extent ends: the innermost one
// in whose body the span's variable was declared.
func (x *extents) home(h *holders, p place) (home ast.Stmt) {
	if len(p.loops) == 0 {
		return nil
	}
	inner := p.loops[len(p.loops)-1]
	if h.by == nil || x.onlyIn(inner, h, p) {
		return inner
	}
	for _, l := range p.loops {
		if within(h.declared(), loopBody(l)) {
			home = l
		}
	}
	return home
}

// onlyIn tells whether the span's variable is used as one declared in a
// loop's body would be: each iteration starts a span into it, and nothing else
// knows of it.
func (x *extents) onlyIn(loop ast.Stmt, h *holders, p place) bool {
	list := p.lists[len(p.lists)-1]
	if list.in != ast.Node(loopBody(loop)) || x.captured(h) || len(h.ends)+len(h.rest) == 0 || !h.work && len(h.ends) == 0 {
		return false
	}
	only := true
	ast.Inspect(x.u.body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if o := h.object(id); ok && (h.ends[o] || h.work && h.rest[o]) && x.w.info.Defs[id] == nil {
			only = only && list.stmt().Pos() <= id.Pos() && id.Pos() < loopBody(loop).End()
		}
		return only
	})
	return only
}

// captured tells whether what holds on to the span is another function's.
func (x *extents) captured(h *holders) bool {
	pos := h.declared()
	return pos < x.u.start || x.u.body.End() <= pos
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

func loopBody(l ast.Stmt) *ast.BlockStmt {
	if f, ok := l.(*ast.ForStmt); ok {
		return f.Body
	}
	return l.(*ast.RangeStmt).Body
}

func (x *extents) loop(l ast.Stmt) {
	if x.loops[l] == "" {
		x.loops[l] = fmt.Sprintf("%sl%d", Prefix, len(x.loops)+1)
		x.order = append(x.order, l)
	}
}

// token returns the name of a new variable that remembers a frame. It is declared
// where the function's body begins, so that every path, a goto's too, has it. As
// long as it was not set it names no frame.
func (x *extents) token(init string) string {
	t := fmt.Sprintf("%sv%d", Prefix, len(x.decls)+1)
	x.decls = append(x.decls, t+" := "+init+";")
	return t
}

// finish writes what was decided: the tokens' declarations, what is put around
// statements, and the ends of the loops' iterations.
func (x *extents) finish(ranges []*ast.RangeStmt) {
	f := x.u.f
	for _, d := range x.decls {
		f.open(x.u.body.Lbrace, d)
	}
	x.rangesOver(ranges)
	for _, l := range x.order {
		body := loopBody(l)
		f.open(body.Lbrace, fmt.Sprintf("%s := %s();", x.loops[l], x.w.runtimeFunc("seq", "() uint64")))
	}
	for _, l := range x.late {
		f.open(l.brace, l.text)
	}
	x.statements()
	for _, e := range x.ends {
		x.atEnd(e.in, e.text)
	}
	for _, l := range x.order {
		f.close(loopBody(l).Rbrace, ";"+strings.TrimSuffix(x.next(l), ";"))
	}
	if len(x.order) > 0 {
		x.jumps(x.u.body, nil)
	}
	x.rangesLeft(ranges)
}

// statements writes what is put around statements.
func (x *extents) statements() {
	f := x.u.f
	stmts := make([]ast.Stmt, 0, len(x.around))
	for s := range x.around {
		stmts = append(stmts, s)
	}
	sort.Slice(stmts, func(i, j int) bool {
		return stmts[i].Pos() < stmts[j].Pos() || stmts[i].Pos() == stmts[j].Pos() && f.order[stmts[i]] < f.order[stmts[j]]
	})
	isInit := map[ast.Stmt]bool{}
	for _, init := range x.moved {
		isInit[init] = true
	}
	for _, s := range stmts {
		a := x.around[s]
		if isInit[s] || x.moved[s] != nil {
			continue
		}
		open, shut := "", ""
		if a.braced {
			open, shut = "{", "}"
		}
		if text := open + strings.Join(a.over, "") + strings.Join(a.before, ""); text != "" {
			f.before(s, part{text: text})
		}
		if len(a.behind) > 0 || shut != "" {
			f.after(s, shut+behind(a.behind))
		}
	}
	for _, s := range sortedHeaders(x.moved) {
		init := x.moved[s]
		a, i := x.text(s), x.text(init)
		open, shut := "", ""
		if a.braced {
			open, shut = "{", "}"
		}
		f.before(s, part{text: open + strings.Join(a.over, "") + strings.Join(a.before, "") + "{" + strings.Join(i.over, "") + strings.Join(i.before, "")}, part{node: init},
			part{text: behind(i.behind) + ";"})
		f.replace(init, "")
		f.after(s, "}"+behind(a.behind)+shut)
	}
}

func behind(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return ";" + strings.Join(texts, ";")
}

func sortedHeaders(m map[ast.Stmt]ast.Stmt) []ast.Stmt {
	var out []ast.Stmt
	for s := range m {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Pos() < out[j].Pos() })
	return out
}

// atEnd puts text at the end of a list.
func (x *extents) atEnd(in ast.Node, text string) {
	f := x.u.f
	var list []ast.Stmt
	switch in := in.(type) {
	case *ast.BlockStmt:
		f.close(in.Rbrace, ";"+strings.TrimSuffix(text, ";"))
		return
	case *ast.CaseClause:
		list = in.Body
		if len(list) == 0 {
			f.open(in.Colon, " "+text)
		}
	case *ast.CommClause:
		list = in.Body
		if len(list) == 0 {
			f.open(in.Colon, " "+text)
		}
	}
	if len(list) > 0 {
		f.after(list[len(list)-1], ";"+strings.TrimSuffix(text, ";"))
	}
}

// next is the call that ends the iteration of a loop.
func (x *extents) next(l ast.Stmt) string {
	return fmt.Sprintf("%s(%s, %d);", x.w.runtimeFunc("next", "(token uint64, level uint32)"), x.loops[l], x.level(l))
}

// level tells how deep among the unit's loops a loop is, from 1.
func (x *extents) level(l ast.Stmt) int {
	n := 0
	ast.Inspect(x.u.body, func(node ast.Node) bool {
		switch s := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			if within(l.Pos(), loopBody(s.(ast.Stmt))) || node == ast.Node(l) {
				n++
			}
		}
		return true
	})
	return n
}

// jumps weaves the statements that leave an iteration half-way. around holds
// what continue and break statements may be meant for, outermost first, each
// under its label if it has one.
func (x *extents) jumps(root ast.Node, around []ast.Stmt) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n == root {
			return true
		}
		switch s := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if l := x.left(s, around); l != nil {
				x.u.f.before(s, part{text: x.next(l)})
			}
		case *ast.LabeledStmt:
			if breakable(s.Stmt) {
				x.jumps(s.Stmt, append(around[:len(around):len(around)], s))
				return false
			}
		case ast.Stmt:
			if breakable(s) {
				x.jumps(s, append(around[:len(around):len(around)], s))
				return false
			}
		}
		return true
	})
}

// left returns the outermost woven loop whose iteration a jump ends, that of
// its target included.
func (x *extents) left(b *ast.BranchStmt, around []ast.Stmt) ast.Stmt {
	var outermost ast.Stmt
	if b.Tok == token.GOTO {
		for _, l := range x.order {
			if x.leaves(b, l) && (outermost == nil || within(outermost.Pos(), l)) {
				outermost = l
			}
		}
		return outermost
	}
	if b.Tok != token.CONTINUE && b.Tok != token.BREAK {
		return nil
	}
	for i := len(around) - 1; i >= 0; i-- {
		s, label := around[i], ""
		if l, ok := s.(*ast.LabeledStmt); ok {
			s, label = l.Stmt, l.Label.Name
		}
		if x.loops[s] != "" {
			outermost = s
		}
		if b.Label != nil && b.Label.Name == label || b.Label == nil && (isLoop(s) || b.Tok == token.BREAK) {
			break
		}
	}
	return outermost
}

func isLoop(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

func hasBody(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return hasBody(s.Stmt)
	case *ast.IfStmt:
		return true
	}
	return breakable(s)
}

// breakable tells whether a break statement may be meant for s.
func breakable(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		return true
	}
	return isLoop(s)
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
