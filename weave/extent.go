package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
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
	flagBatched  = 8 // of a message: taken out of a batch
	levelShift   = 8
)

const jumped = "the function holds a goto: how long the span is current can't be known"

// unit weaves one function body.
func (w *weaver) unit(u *unit) {
	var sites []*call
	for _, c := range u.calls {
		if c.site {
			sites = append(sites, c)
		}
	}
	if len(sites)+len(u.receives) == 0 {
		return
	}
	kind := func(c *call) string {
		if c.span >= 0 {
			return "span"
		}
		return "hand-back"
	}
	if u.jumps {
		for _, c := range sites {
			w.site(kind(c), u.f, c.expr, u.name, jumped)
		}
		for _, r := range u.receives {
			w.site("receive", u.f, r.node, u.name, jumped)
		}
		return
	}
	x := &extents{w: w, u: u, loops: map[ast.Stmt]string{}, tokens: map[types.Object]string{}}
	for _, c := range sites {
		reason := x.site(c)
		w.site(kind(c), u.f, c.expr, u.name, reason)
		x.woven = x.woven || reason == ""
	}
	for _, r := range u.receives {
		reason := x.receive(r)
		w.site("receive", u.f, r.node, u.name, reason)
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
	late   []late
}

// late is what begins a block, behind the tokens of its loop.
type late struct {
	brace token.Pos
	text  string
}

type tokenDecl struct {
	block *ast.BlockStmt
	name  string
	init  string
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
func (x *extents) site(c *call) string {
	p, reason := x.place(c.expr, c.path)
	if reason != "" {
		return reason
	}
	if len(p.lists) == 0 {
		return "not in a statement list"
	}
	h := x.w.holders(x.u, c)
	list := p.lists[len(p.lists)-1]

	if h.by == nil && hasBody(list.stmt()) {
		return "given away in the header of a statement with a body"
	}
	if h.by == nil && x.crowded(c, list.stmt()) {
		return "given away in a statement that starts several spans"
	}
	home, outside := x.home(c, h, p)
	level := 0
	for i, l := range p.loops {
		if l == home {
			level = i + 1
		}
	}
	again := h.by != nil && (outside || x.starts(h.by) > 1)
	exact := x.exact(c, list.stmt())
	if again && !exact {
		return "one of several spans of a variable, started inside a larger statement"
	}
	if home != nil {
		x.loop(home)
	}
	drops := x.last(c, h, p, home)
	if again || len(drops) > 0 {
		t, f := x.token(h.by, home, exact), x.u.f
		over := fmt.Sprintf("%s(%s);", x.w.runtimeFunc("drop", "(token uint64)"), t)
		if again {
			f.before(list.stmt(), part{text: over})
		}
		f.before(list.stmt(), part{text: fmt.Sprintf("%s = %s();", t, x.w.runtimeFunc("seq", "() uint64"))})
		if exact {
			f.after(list.stmt(), fmt.Sprintf(";%s = %s(%s)", t, x.w.runtimeFunc("last", "(before uint64) uint64"), t))
		} else {
			over = fmt.Sprintf("%s(%s, 0);", x.w.runtimeFunc("next", "(token uint64, level uint32)"), t)
		}
		for _, s := range drops {
			f.before(s, part{text: over})
		}
	}

	flags := level << levelShift
	if c.sure {
		flags |= flagSure
	}
	if c.passed {
		flags |= flagTransfer
		if x.w.byFunc(x.u) {
			flags |= flagByFunc
		}
	}
	if !c.sure {
		x.u.f.before(list.stmt(), part{text: x.w.runtimeFunc("pre", "()") + "();"})
	}
	if c.span < 0 {
		x.u.f.before(c.expr, part{text: x.w.takeFunc(len(c.results), c.ctx, flags) + "("})
	} else {
		x.u.f.before(c.expr, part{text: x.w.pushFunc(len(c.results), c.span, c.ctx, flags) + "("})
	}
	x.u.f.after(c.expr, ")")
	return ""
}

// crowded tells whether a statement holds other starts than the call.
func (x *extents) crowded(c *call, s ast.Stmt) bool {
	for _, o := range x.u.calls {
		if o != c && o.site && within(o.expr.Pos(), s) {
			return true
		}
	}
	return false
}

// home returns the loop with whose iteration the extent ends, the innermost
// one in whose body the span's variable was declared, and whether the call is
// in a loop inside of that.
func (x *extents) home(c *call, h *holders, p place) (home ast.Stmt, outside bool) {
	if len(p.loops) == 0 {
		return nil, false
	}
	inner := p.loops[len(p.loops)-1]
	if h.by == nil || x.onlyIn(inner, c, h, p) {
		return inner, false
	}
	for _, l := range p.loops {
		if within(h.declared(), loopBody(l)) {
			home = l
		} else {
			outside = true
		}
	}
	return home, outside
}

// onlyIn tells whether the span's variable is used as one declared in a
// loop's body would be: each iteration starts a span into it, and nothing else
// knows of it.
func (x *extents) onlyIn(loop ast.Stmt, c *call, h *holders, p place) bool {
	list := p.lists[len(p.lists)-1]
	if list.in != ast.Node(loopBody(loop)) || x.captured(h) {
		return false
	}
	only := len(h.ends) > 0
	h.each(x.u.body, h.ends, func(e ast.Expr) bool {
		id, _ := e.(*ast.Ident)
		declares := id != nil && x.w.info.Defs[id] != nil
		only = declares || list.stmt().Pos() <= e.Pos() && e.Pos() < loopBody(loop).End()
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

// exact tells whether the call's results go straight into variables: then the
// push is the last thing that its statement does.
func (x *extents) exact(c *call, s ast.Stmt) bool {
	for {
		l, ok := s.(*ast.LabeledStmt)
		if !ok {
			break
		}
		s = l.Stmt
	}
	var rhs []ast.Expr
	switch s := s.(type) {
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

// last returns the statements before which the span, if it is open still, was
// given away: the one behind its last mention, and where a break may skip that
// one, those behind the switch or select. There is none where the extent lasts
// until the function returns or the loop goes on.
func (x *extents) last(c *call, h *holders, p place, home ast.Stmt) []ast.Stmt {
	if c.passed || h.deferred() || h.by != nil && x.captured(h) {
		return nil
	}
	k := len(p.lists) - 1
	if _, ok := p.lists[k].stmt().(*ast.ReturnStmt); ok {
		return nil
	}
	if h.by != nil && (home == nil || within(h.declared(), loopBody(home))) {
		for k > 0 && !within(h.declared(), p.lists[k].in) {
			k-- // to the list that the variable is declared in
		}
	}
	at := p.lists[k]
	j := x.mention(c, h, at.list, at.i)
	var drops []ast.Stmt
	if h.by != nil && k == len(p.lists)-1 && within(h.declared(), at.stmt()) {
		// The variable may live in the statement's header and its bodies.
		for _, body := range bodies(at.stmt()) {
			if i := x.mention(c, h, body, -1); i+1 < len(body) {
				drops = append(drops, body[i+1])
			}
		}
	}
	if s := p.behind(k, j, home); s != nil {
		drops = append(drops, s)
	}
	for ; k > 0 && !(home != nil && at.in == ast.Node(loopBody(home))); k-- {
		at = p.lists[k]
		if _, block := at.in.(*ast.BlockStmt); block || !breaks(at.in) {
			continue
		}
		if s := p.behind(k-1, p.lists[k-1].i, home); s != nil && (len(drops) == 0 || drops[len(drops)-1] != s) {
			drops = append(drops, s)
		}
	}
	return drops
}

// mention returns the index of the last statement of a list that mentions the
// call's span, from one on: up to the one that starts another in its place.
func (x *extents) mention(c *call, h *holders, list []ast.Stmt, from int) int {
	last := from
	for i := from + 1; i < len(list); i++ {
		if h.by != nil && x.restarts(c, h, list[i]) {
			break
		}
		if h.mentioned(list[i]) {
			last = i
		}
	}
	return last
}

// restarts tells whether a statement starts another span into the variable,
// without a look at the one in it.
func (x *extents) restarts(c *call, h *holders, s ast.Stmt) bool {
	for _, o := range x.u.calls {
		if o != c && o.site && x.exact(o, s) && x.w.holders(x.u, o).by == h.by {
			return !h.mentioned(o.expr)
		}
	}
	return false
}

// bodies returns the statement lists of a statement with a header.
func bodies(s ast.Stmt) [][]ast.Stmt {
	var lists [][]ast.Stmt
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return bodies(s.Stmt)
	case *ast.BlockStmt:
		lists = append(lists, s.List)
	case *ast.IfStmt:
		lists = append(bodies(s.Body), bodies(s.Else)...)
	case *ast.SwitchStmt:
		lists = clauses(s.Body)
	case *ast.TypeSwitchStmt:
		lists = clauses(s.Body)
	}
	return lists
}

func clauses(b *ast.BlockStmt) [][]ast.Stmt {
	var lists [][]ast.Stmt
	for _, s := range b.List {
		if c, ok := s.(*ast.CaseClause); ok {
			lists = append(lists, c.Body)
		}
	}
	return lists
}

// behind returns the statement that runs after one in a list that the call is
// in, nil where the function returns or the home loop goes on.
func (p place) behind(k, j int, home ast.Stmt) ast.Stmt {
	for {
		at := p.lists[k]
		if j+1 < len(at.list) {
			return at.list[j+1]
		}
		if k == 0 || home != nil && at.in == ast.Node(loopBody(home)) {
			return nil
		}
		k--
		j = p.lists[k].i
	}
}

// breaks tells whether a node holds a break statement, whatever it is for.
func breaks(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		found = found || ok && b.Tok == token.BREAK
		return !found
	})
	return found
}

func loopBody(l ast.Stmt) *ast.BlockStmt {
	if f, ok := l.(*ast.ForStmt); ok {
		return f.Body
	}
	return l.(*ast.RangeStmt).Body
}

// starts counts the calls of the unit whose span goes into a variable.
func (x *extents) starts(obj types.Object) int {
	n := 0
	for _, c := range x.u.calls {
		if c.site && x.w.holders(x.u, c).by == obj {
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

// token returns the name of the variable that remembers which frame obj's span
// has. It lives as long as obj does. Without an obj, each call has its own.
// As long as it was not set it names no frame.
func (x *extents) token(obj types.Object, home ast.Stmt, exact bool) string {
	if t := x.tokens[obj]; t != "" {
		return t
	}
	t := fmt.Sprintf("%sv%d", Prefix, len(x.decls)+1)
	if obj != nil {
		x.tokens[obj] = t
	}
	init := "uint64(0)" // for drop
	if !exact {
		init = "^uint64(0)" // for next: since the last push of all
	}
	block := x.u.body
	if home != nil {
		block = loopBody(home)
	}
	x.decls = append(x.decls, tokenDecl{block, t, init})
	return t
}

// finish writes the declarations and the ends of the loops' iterations.
func (x *extents) finish() {
	f := x.u.f
	for _, d := range x.decls {
		f.open(d.block.Lbrace, d.name+" := "+d.init+";")
	}
	for _, l := range x.order {
		body := loopBody(l)
		f.open(body.Lbrace, fmt.Sprintf("%s := %s();", x.loops[l], x.w.runtimeFunc("seq", "() uint64")))
		f.close(body.Rbrace, ";"+strings.TrimSuffix(x.next(l), ";"))
	}
	for _, l := range x.late {
		f.open(l.brace, l.text)
	}
	if len(x.order) > 0 {
		x.jumps(x.u.body, nil)
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
	if b.Tok != token.CONTINUE && b.Tok != token.BREAK {
		return nil
	}
	var outermost ast.Stmt
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
