package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// How long a message is worked on: where what was received is current, and where
// that is over.

// work is a place where something is received that is worked on under who sent it.
type work struct {
	by      Worker
	node    ast.Node // the call, the channel operation, or the range statement
	path    []ast.Node
	kind    int      // which of the source's it is
	results int      // of a call: how many, and which of them is it
	index   int      //
	helper  bool     // a function of the user's own returned it
	into    ast.Expr // of a channel operation that can't be wrapped: the variable
	batched bool     // taken out of a batch
	alias   bool     // taken from a variable that it was put into
	// element says that what it came with is known right behind the receive and never
	// again. So to send it on, or to start a goroutine for it, is to work on it, and the
	// next one that a loop receives ends what the one before had.
	element bool
}

// A Worker is the source of a work.
type Worker interface {
	// Holds reports whether a variable of type t may hold what was received.
	Holds(r *work, t types.Type) bool
	// Same reports whether a variable of type t holds what is received, rather than
	// something made from it.
	Same(t types.Type) bool
	// Refuse returns why something is not worked on, or "". loops are those around.
	Refuse(x *extents, r *work, loops []ast.Stmt) string
	// Flags returns those of the source's own, of what is not handed on.
	Flags(x *extents, r *work) int
	// Func returns the name of the function that passes on what was received and makes
	// current what came with it; where that goes into a variable, the statement.
	Func(r *work, flags int) string
}

// work weaves one place and returns why not, or "".
func (x *extents) work(r *work) string {
	p, reason := x.place(r.node, r.path)
	if reason != "" {
		return reason
	}
	rng, _ := r.node.(*ast.RangeStmt)
	if rng != nil {
		p.loops = append(p.loops[:len(p.loops):len(p.loops)], rng)
		p.lists = append(p.lists[:len(p.lists):len(p.lists)], listed{rng.Body, []ast.Stmt{rng}, 0})
	}
	if id, ok := r.into.(*ast.Ident); r.into != nil {
		if ok && id.Name == "_" {
			return "the message is dropped"
		} else if !ok {
			return "received into something other than a variable"
		}
	}
	if len(p.lists) == 0 {
		return "not in a statement list"
	}
	if reason := r.by.Refuse(x, r, p.loops); reason != "" {
		return reason
	}
	var drops []*point
	h := x.workHolders(x.u, r)
	home := ast.Stmt(nil)
	if h != nil {
		home = x.home(h, p)
		if rng != nil {
			home = rng
		}
		c := x.workCourse(r, h, rng)
		if !c.worked && (rng == nil || c.given) {
			return "the message is only put away: nothing works on it here"
		}
		drops = x.needed(c, x.u.handsWork, home)
	} else if len(p.loops) > 0 {
		home = p.loops[len(p.loops)-1]
	}
	level := 0
	for i, l := range p.loops {
		if l == home {
			level = i + 1
		}
	}
	flags := level << levelShift
	if x.u.handsWork {
		flags |= flagTransfer
	} else {
		flags |= r.by.Flags(x, r)
	}
	if r.batched {
		flags |= flagBatched
	}
	if reason := x.receiveAt(r, h, p, rng, flags, drops); reason != "" {
		return reason
	}
	if home != nil && !(r.element && rng != nil) {
		x.loop(home)
	}
	return ""
}

// receiveAt writes what makes the message current, and what ends that.
func (x *extents) receiveAt(r *work, h *holders, p place, rng *ast.RangeStmt, flags int, drops []*point) string {
	f := x.u.f
	seq, last := x.runtimeFunc("seq", "() uint64"), x.runtimeFunc("last", "(before uint64) uint64")
	dropped := func(t string) string { return fmt.Sprintf("%s(%s);", x.runtimeFunc("drop", "(token uint64)"), t) }
	if r.into == nil { // it can be wrapped
		stmt, header := x.host(r.path, p)
		if h == nil && r.element && x.startsIn(stmt) {
			return "received in a statement that starts a span"
		}
		_, returns := stmt.(*ast.ReturnStmt)
		switch {
		case returns, hasBody(stmt) && len(drops) == 0 && (h != nil || !r.element):
		case hasBody(stmt) && h != nil:
			return "in the header of a statement with a body: how long the message is current can't be known"
		case h == nil:
			t := x.token("^uint64(0)")
			x.text(stmt).before = append(x.text(stmt).before, fmt.Sprintf("%s = %s();", t, seq))
			x.text(stmt).behind = append(x.text(stmt).behind, fmt.Sprintf("%s(%s, 0)", x.runtimeFunc("next", "(token uint64, level uint32)"), t))
		case len(drops) > 0 && !exactly(stmt, r.node):
			// What passes it on may push and pop: what is left is the message's.
			from, to := x.token("uint64(0)"), x.token("uint64(0)")
			x.text(stmt).before = append(x.text(stmt).before, fmt.Sprintf("%s = %s();", from, seq))
			x.text(stmt).behind = append(x.text(stmt).behind, fmt.Sprintf("%s = %s()", to, seq))
			x.drop(drops, fmt.Sprintf("%s(%s, %s);", x.runtimeFunc("between", "(from, to uint64)"), from, to))
		case len(drops) > 0:
			t := x.token("uint64(0)")
			x.text(stmt).before = append(x.text(stmt).before, fmt.Sprintf("%s = %s();", t, seq))
			x.text(stmt).behind = append(x.text(stmt).behind, fmt.Sprintf("%s = %s(%s)", t, last, t))
			x.drop(drops, dropped(t))
		}
		if r.helper {
			x.text(stmt).before = append(x.text(stmt).before, x.runtimeFunc("pre", "()")+"();")
		}
		if header != nil && x.around[stmt] != nil {
			x.moved[header] = stmt
		}
		f.before(r.node, part{text: r.by.Func(r, flags) + "("})
		f.after(r.node, ")")
		return ""
	}
	texts := []string{r.by.Func(r, flags)}
	if r.element && rng != nil {
		x.chain(rng, flags, drops)
		return ""
	}
	if len(drops) > 0 {
		t := x.token("uint64(0)")
		texts = []string{fmt.Sprintf("%s = %s()", t, seq), texts[0], fmt.Sprintf("%s = %s(%s)", t, last, t)}
		x.drop(drops, dropped(t))
	}
	text := strings.Join(texts, ";") + ";"
	if rng != nil {
		x.late = append(x.late, late{rng.Body.Lbrace, text})
		return ""
	}
	// The statement, and what it is in.
	i := len(r.path) - 1
	for ; i > 0; i-- {
		if _, ok := r.path[i].(ast.Stmt); ok {
			break
		}
	}
	stmt, around := r.path[i].(ast.Stmt), ast.Node(x.u.body)
	if i > 0 {
		around = r.path[i-1]
	}
	switch around := around.(type) {
	case *ast.CommClause:
		if around.Comm == stmt {
			f.open(around.Colon, " "+text)
			return ""
		}
	case *ast.BlockStmt, *ast.CaseClause, *ast.LabeledStmt:
	case *ast.IfStmt:
		if around.Init != stmt {
			return "received in the header of a statement"
		}
		f.open(around.Body.Lbrace, text)
		return ""
	default:
		return "received in the header of a statement"
	}
	x.text(stmt).behind = append(texts, x.text(stmt).behind...)
	return ""
}

// startsIn tells whether a statement starts a span that is to stay current behind it.
func (x *extents) startsIn(s ast.Stmt) bool {
	return slices.ContainsFunc(x.u.calls, func(c *call) bool { return c.site && within(c.expr.Pos(), s) })
}

// exactly tells whether a statement assigns what a node returns, and no more.
func exactly(s ast.Stmt, n ast.Node) bool {
	a, ok := s.(*ast.AssignStmt)
	return !ok || len(a.Rhs) == 1 && ast.Unparen(a.Rhs[0]) == n
}

// workHolders returns the variable that a message is received into, nil where
// it is none.
func (w *Funcs) workHolders(u *unit, r *work) *holders {
	v := w.workVar(r)
	if v == nil {
		return nil
	}
	h := w.newHolders(u)
	h.work, h.by = r, v
	h.rest[v] = true
	for changed := true; changed; {
		changed = false
		for _, n := range u.nodes {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					changed = h.derived(r, l, valueOf(n.Rhs, len(n.Lhs), i)) || changed
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					changed = h.derived(r, id, valueOf(n.Values, len(n.Names), i)) || changed
				}
			}
		}
		ast.Inspect(u.body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				changed = h.filled(call) || changed
			}
			return true
		})
	}
	return h
}

// valueOf returns what the ith of n variables is assigned, nil for nothing.
func valueOf(rhs []ast.Expr, n, i int) ast.Expr {
	switch len(rhs) {
	case 0:
		return nil
	case n:
		return rhs[i]
	}
	return rhs[0]
}

// derived notes a variable that is made from a message: who works on that works
// on the message.
func (h *holders) derived(r *work, l, e ast.Expr) bool {
	v, ok := h.object(l).(*types.Var)
	if !ok || e == nil || v.Pos() < r.node.Pos() || !h.local(v) || h.rest[v] || h.more[v] || !r.element && r.by.Same(v.Type()) {
		return false
	}
	if h.scan(e)&^gives == 0 {
		return false
	}
	h.more[v] = true
	return true
}

// filled notes a variable whose address a call is given beside a message, or what
// is made from one: it is decoded there.
func (h *holders) filled(call *ast.CallExpr) bool {
	var into []types.Object
	for _, a := range call.Args {
		if u, ok := ast.Unparen(a).(*ast.UnaryExpr); ok && u.Op == token.AND {
			if v, ok := h.object(u.X).(*types.Var); ok && h.local(v) && !h.rest[v] && !h.more[v] {
				into = append(into, v)
			}
		}
	}
	if len(into) == 0 || h.scan(call) == 0 {
		return false
	}
	for _, o := range into {
		h.more[o] = true
	}
	return true
}

// workVar returns the variable that a message is received into.
func (w *Funcs) workVar(r *work) *types.Var {
	into := r.into
	if r.element && !r.helper && into == nil && !straight(r.node, r.path) {
		return nil
	}
	for i := len(r.path) - 1; into == nil && i >= 0; i-- {
		var lhs []ast.Expr
		switch s := r.path[i].(type) {
		case *ast.CallExpr, *ast.ParenExpr:
			continue // what passes it on
		case *ast.AssignStmt:
			if len(s.Rhs) == 1 {
				lhs = s.Lhs
			}
		case *ast.ValueSpec:
			if len(s.Values) == 1 {
				for _, id := range s.Names {
					lhs = append(lhs, id)
				}
			}
		}
		for _, l := range lhs {
			if !(r.element && isBlank(l)) && r.by.Holds(r, w.info.TypeOf(l)) {
				into = l
				break
			}
		}
		break
	}
	id, ok := into.(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	v, _ := w.objectOf(id).(*types.Var)
	return v
}

// straight tells whether an expression is all that a statement assigns or declares.
func straight(n ast.Node, path []ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch p := path[i].(type) {
		case *ast.ParenExpr:
			n = p
		case *ast.AssignStmt:
			return len(p.Rhs) == 1 && ast.Node(p.Rhs[0]) == n
		case *ast.ValueSpec:
			return len(p.Values) == 1 && ast.Node(p.Values[0]) == n
		default:
			return false
		}
	}
	return false
}

// workCourse returns how long a message is worked on. One that a loop receives
// is until the iteration is over, if it is not put away before.
func (x *extents) workCourse(r *work, h *holders, rng *ast.RangeStmt) *course {
	if x.u.flow == nil {
		x.u.flow = newFlow(x.u.body, x.never)
	}
	start, in := ast.Node(r.node), ast.Node(nil)
	if rng != nil {
		start, in = r.into, rng.Body
	} else if r.alias {
		start = r.path[len(r.path)-1]
	}
	restarts := func(n ast.Node) (again, blind bool) {
		for _, o := range x.u.works {
			if o != r && inside(o.node, n) && x.workVar(o) == h.by {
				return true, false
			}
		}
		return false, false
	}
	return x.follow(x.u.flow, h, start, restarts, x.u.handsWork, false, in)
}

// chain writes what a loop over a channel does with what came with its elements: the
// next one ends what the one before had, and what leaves the loop the last.
func (x *extents) chain(rng *ast.RangeStmt, flags int, drops []*point) {
	t := x.token("uint64(0)")
	drop := fmt.Sprintf("%s(%s)", x.runtimeFunc("drop", "(token uint64)"), t)
	x.late = append(x.late, late{rng.Body.Lbrace, fmt.Sprintf("%[1]s = %[2]s(%[1]s, %[3]d);", t, x.runtimeFunc("gotNext", "(token uint64, flags uint32) uint64"), flags)})
	x.drop(drops, drop+";")
	label := ""
	s := x.listed(rng)
	if l, ok := s.(*ast.LabeledStmt); ok {
		label = l.Label.Name
	}
	a := x.text(s)
	a.behind = append([]string{drop}, a.behind...)
	inside := map[string]bool{label: true}
	ast.Inspect(rng.Body, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok {
			inside[l.Label.Name] = true
		}
		return true
	})
	ast.Inspect(rng.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if n.Label != nil && !inside[n.Label.Name] {
				x.u.f.before(n, part{text: drop + ";"})
			}
		}
		return true
	})
}

// takenFunc returns the name of the generic function that passes on what a function of
// the user's own has received, and makes current what that left.
func (w *Funcs) takenFunc(r *work, flags int) string {
	name := fmt.Sprintf("%staken%d_%d", Prefix, r.results, flags)
	w.need[passFunc(name, r.results, fmt.Sprintf("%s(%d)", w.runtimeFunc("takeMessage", "(flags uint32)"), flags))] = true
	return name
}
