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

// receive weaves one place and returns why not, or "".
func (x *extents) receive(r *receive) string {
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
	if r.carried && !x.w.returnsMessage(x.u) && (!x.w.serving(x.u, p.loops) || leaves(r.path)) {
		return "it is received once, or so many times: an answer"
	}
	if r.carried && x.w.recycled(r) {
		return "its channel is a store that things go back to"
	}
	var drops []*point
	h := x.w.messageHolders(x.u, r)
	home := ast.Stmt(nil)
	if h != nil {
		home = x.home(h, p)
		if rng != nil {
			home = rng
		}
		c := x.messageCourse(r, h, rng)
		if !c.worked && (rng == nil || c.given) {
			return "the message is only put away: nothing works on it here"
		}
		drops = x.needed(c, x.w.returnsMessage(x.u), home)
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
	if x.w.returnsMessage(x.u) {
		flags |= flagTransfer
	} else if r.carried && x.second(r) {
		flags |= flagNested
	}
	if r.batched {
		flags |= flagBatched
	}
	if reason := x.receiveAt(r, h, p, rng, flags, drops); reason != "" {
		return reason
	}
	if home != nil && !(r.carried && rng != nil) {
		x.loop(home)
	}
	return ""
}

// receiveAt writes what makes the message current, and what ends that.
func (x *extents) receiveAt(r *receive, h *holders, p place, rng *ast.RangeStmt, flags int, drops []*point) string {
	f := x.u.f
	seq, last := x.w.runtimeFunc("seq", "() uint64"), x.w.runtimeFunc("last", "(before uint64) uint64")
	dropped := func(t string) string { return fmt.Sprintf("%s(%s);", x.w.runtimeFunc("drop", "(token uint64)"), t) }
	if r.into == nil { // it can be wrapped
		stmt, header := x.host(r.path, p)
		if h == nil && r.carried && x.startsIn(stmt) {
			return "received in a statement that starts a span"
		}
		_, returns := stmt.(*ast.ReturnStmt)
		switch {
		case returns, hasBody(stmt) && len(drops) == 0 && (h != nil || !r.carried):
		case hasBody(stmt) && h != nil:
			return "in the header of a statement with a body: how long the message is current can't be known"
		case h == nil:
			t := x.token("^uint64(0)")
			x.text(stmt).before = append(x.text(stmt).before, fmt.Sprintf("%s = %s();", t, seq))
			x.text(stmt).behind = append(x.text(stmt).behind, fmt.Sprintf("%s(%s, 0)", x.w.runtimeFunc("next", "(token uint64, level uint32)"), t))
		case len(drops) > 0 && !exactly(stmt, r.node):
			// What passes it on may push and pop: what is left is the message's.
			from, to := x.token("uint64(0)"), x.token("uint64(0)")
			x.text(stmt).before = append(x.text(stmt).before, fmt.Sprintf("%s = %s();", from, seq))
			x.text(stmt).behind = append(x.text(stmt).behind, fmt.Sprintf("%s = %s()", to, seq))
			x.drop(drops, fmt.Sprintf("%s(%s, %s);", x.w.runtimeFunc("between", "(from, to uint64)"), from, to))
		case len(drops) > 0:
			t := x.token("uint64(0)")
			x.text(stmt).before = append(x.text(stmt).before, fmt.Sprintf("%s = %s();", t, seq))
			x.text(stmt).behind = append(x.text(stmt).behind, fmt.Sprintf("%s = %s(%s)", t, last, t))
			x.drop(drops, dropped(t))
		}
		if r.helper {
			x.text(stmt).before = append(x.text(stmt).before, x.w.runtimeFunc("pre", "()")+"();")
		}
		if header != nil && x.around[stmt] != nil {
			x.moved[header] = stmt
		}
		f.before(r.node, part{text: x.w.receivedFunc(r, flags) + "("})
		f.after(r.node, ")")
		return ""
	}
	texts := []string{x.w.receivedFunc(r, flags)}
	if r.carried && rng != nil {
		x.chain(rng, flags, drops)
		return ""
	}
	if !r.carried {
		texts[0] += fmt.Sprintf("(&%s)", r.into.(*ast.Ident).Name)
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

// messageHolders returns the variable that a message is received into, nil where
// it is none.
func (w *weaver) messageHolders(u *unit, r *receive) *holders {
	v := w.receivedVar(r)
	if v == nil {
		return nil
	}
	h := w.newHolders(u)
	h.work, h.by = true, v
	if r.carried {
		h.got = r
	}
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
func (h *holders) derived(r *receive, l, e ast.Expr) bool {
	v, ok := h.object(l).(*types.Var)
	if !ok || e == nil || v.Pos() < r.node.Pos() || !h.local(v) || h.rest[v] || h.more[v] || !r.carried && h.w.messageKind(v.Type()) >= 0 {
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

// receivedVar returns the variable that a message is received into.
func (w *weaver) receivedVar(r *receive) *types.Var {
	into := r.into
	if r.carried && !r.helper && into == nil && !straight(r.node, r.path) {
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
			if r.carried && !isBlank(l) && isWork(w.info.TypeOf(l)) || !r.carried && w.messageKind(w.info.TypeOf(l)) == r.kind {
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

// messageCourse returns how long a message is worked on. One that a loop receives
// is until the iteration is over, if it is not put away before.
func (x *extents) messageCourse(r *receive, h *holders, rng *ast.RangeStmt) *course {
	if x.u.flow == nil {
		x.u.flow = newFlow(x.u.body, x.w.never)
	}
	start, in := ast.Node(r.node), ast.Node(nil)
	if rng != nil {
		start, in = r.into, rng.Body
	} else if r.alias {
		start = r.path[len(r.path)-1]
	}
	restarts := func(n ast.Node) (again, blind bool) {
		for _, o := range x.u.receives {
			if o != r && inside(o.node, n) && x.w.receivedVar(o) == h.by {
				return true, false
			}
		}
		return false, false
	}
	return x.w.follow(x.u.flow, h, start, restarts, x.w.returnsMessage(x.u), false, in)
}

// putAway finds where a unit puts the messages that it receives, and adds the
// places where it takes one out again: that one is worked on from there.
func (w *weaver) putAway(u *unit) {
	stash := map[types.Object]bool{}
	for _, r := range u.receives {
		if v := w.receivedVar(r); v != nil && !r.carried {
			stash[v] = true
		}
	}
	if len(stash) == 0 {
		return
	}
	for changed := true; changed; {
		changed = false
		for _, n := range u.nodes {
			a, ok := n.(*ast.AssignStmt)
			if !ok {
				continue
			}
			for i, l := range a.Lhs {
				root, _ := w.root(l)
				if root == nil || stash[root] {
					continue
				}
				e := a.Rhs[0]
				if len(a.Rhs) == len(a.Lhs) {
					e = a.Rhs[i]
				}
				if t := w.elemOf(root.Type()); w.messageKind(t) < 0 {
					continue
				}
				ast.Inspect(e, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok && stash[w.info.Uses[id]] && !stash[root] {
						stash[root], changed = true, true
					}
					return true
				})
			}
		}
	}
	for _, a := range u.takes {
		if from, _ := w.root(a.from); from == nil || !stash[from] {
			continue
		}
		u.receives = append(u.receives, &receive{node: a.node, path: a.path, kind: w.messageKind(w.info.TypeOf(a.into)), results: 1, into: a.into, batched: true, alias: true})
	}
}

// elemOf returns the type of what a collection holds, or the type itself.
func (w *weaver) elemOf(t types.Type) types.Type {
	switch c := t.Underlying().(type) {
	case *types.Slice:
		return c.Elem()
	case *types.Array:
		return c.Elem()
	case *types.Map:
		return c.Elem()
	}
	return t
}

// take is a place where a variable takes a message from another place.
type take struct {
	node       ast.Node
	path       []ast.Node
	into, from ast.Expr
}

// takesOf returns the places in a node where a message is taken from a variable, or
// from what one holds.
func (w *weaver) takesOf(n ast.Node, path []ast.Node) []take {
	var out []take
	add := func(node ast.Node, path []ast.Node, l, r ast.Expr) {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name == "_" || w.messageKind(w.info.TypeOf(l)) < 0 {
			return
		}
		switch ast.Unparen(r).(type) {
		case *ast.Ident, *ast.IndexExpr, *ast.SelectorExpr:
			out = append(out, take{node, path, l, r})
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		if len(n.Lhs) == len(n.Rhs) {
			for i, l := range n.Lhs {
				add(n.Rhs[i], append(append([]ast.Node(nil), path...), n), l, n.Rhs[i])
			}
		}
	case *ast.RangeStmt:
		if n.Value != nil && isCollection(w.info.TypeOf(n.X)) {
			if _, ch := w.info.TypeOf(n.X).Underlying().(*types.Chan); !ch && w.receivedByLoop(n) == nil {
				add(n, append([]ast.Node(nil), path...), n.Value, n.X)
			}
		}
	}
	return out
}
