package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// What happens where the user's own goroutine receives a message that carries
// headers, by a call or from a channel:
//
//	m, err := reader.ReadMessage(ctx)
//	for m := range deliveries {
//
// becomes
//
//	m, err := received(reader.ReadMessage(ctx))
//	for m := range deliveries { received(&m);
//
// received reads the message's headers, by what the hook of its library put
// there for it, and makes the span in them current, or none, while the message is
// worked on: until its last mention on the path taken, and in a loop over a channel
// until the iteration is over; and only if the goroutine has no open span of its
// own. What is made of that, package runtime decides.
//
// A message that only goes into a slice, a map, another variable or a channel is
// not worked on. It is current where a variable takes it out again.
//
// A function in scope that returns a message hands it on to its caller with
// its span, as one that returns a started span does.
//
// A slice of messages that a hook knows as a batch is received twice: where a
// call returns it, and where a loop takes the messages out of it one by one. An
// iterator of the library's yields them; one of the user's own receives them
// itself, and is still at that while the loop's body runs.

// receive is a place where a message is received.
type receive struct {
	node    ast.Node // the call, the channel operation, or the range statement
	path    []ast.Node
	kind    int      // index in weaver.Messages
	results int      // of a call: how many, and which of them is the message
	index   int      //
	helper  bool     // a function of the user's own returned it
	into    ast.Expr // of a channel operation that can't be wrapped: the variable
	batched bool     // taken out of a batch
	alias   bool     // taken from a variable that it was put into
}

// messageKind returns which kind of message a type is that is received, or -1.
func (w *weaver) messageKind(t types.Type) int { return w.kindOf(t, false) }

// kindOf returns which kind of message a type is, one that is sent or one that is
// received, or -1.
func (w *weaver) kindOf(t types.Type, sent bool) int {
	if t == nil || len(w.Messages) == 0 {
		return -1
	}
	if _, ok := types.Unalias(t).(*types.Basic); ok {
		return -1
	}
	name := types.TypeString(types.Unalias(t), nil)
	for i := range w.Messages {
		if w.Messages[i].Type == name && w.Messages[i].Sent == sent {
			return i
		}
	}
	return -1
}

// received returns what a node of a unit receives, nil if nothing. path holds
// its ancestors within the unit.
func (w *weaver) received(n ast.Node, path []ast.Node) *receive {
	switch n := n.(type) {
	case *ast.CallExpr:
		return w.receivedByCall(n, path)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			if k := w.messageKind(w.elem(n.X)); k >= 0 {
				return &receive{node: n, kind: k, results: 1, into: commaOK(n, path)}
			}
		}
	case *ast.RangeStmt:
		return w.receivedByLoop(n)
	}
	return nil
}

func (w *weaver) receivedByLoop(n *ast.RangeStmt) *receive {
	t := w.info.TypeOf(n.X)
	if t == nil || n.Key == nil {
		return nil
	}
	switch t := core(t).(type) {
	case *types.Chan:
		if k := w.messageKind(t.Elem()); k >= 0 {
			return &receive{node: n, kind: k, into: n.Key}
		}
	case *types.Slice:
		if k := w.messageKind(t.Elem()); k >= 0 && n.Value != nil && w.messageKind(t) >= 0 {
			return &receive{node: n, kind: k, into: n.Value, batched: true}
		}
	case *types.Signature:
		call, ok := ast.Unparen(n.X).(*ast.CallExpr)
		if !ok || t.Params().Len() != 1 {
			return nil
		}
		yield, ok := core(t.Params().At(0).Type()).(*types.Signature)
		if !ok {
			return nil
		}
		for i, into := range []ast.Expr{n.Key, n.Value} {
			if i >= yield.Params().Len() || into == nil {
				break
			}
			if k := w.messageKind(yield.Params().At(i).Type()); k >= 0 && w.Messages[k].from(w.callee(call)) {
				return &receive{node: n, kind: k, into: into}
			}
		}
	}
	return nil
}

// callee returns the function or method that is called, nil if nobody knows.
func (w *weaver) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(w.info, call).(*types.Func)
	return fn
}

// from tells whether a message is received by a function.
func (m *Message) from(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	name := fn.Origin().FullName()
	for _, from := range m.From {
		if from.Func == name {
			return true
		}
	}
	return false
}

// elem returns the type of what a channel holds, nil if it is none.
func (w *weaver) elem(ch ast.Expr) types.Type {
	t := w.info.TypeOf(ch)
	if t == nil {
		return nil
	}
	if c, ok := core(t).(*types.Chan); ok {
		return c.Elem()
	}
	return nil
}

func (w *weaver) receivedByCall(n *ast.CallExpr, path []ast.Node) *receive {
	tv := w.info.Types[n]
	if tv.Type == nil || tv.Value != nil || tv.IsVoid() || dropped(n, path) {
		return nil
	}
	if fun := w.info.Types[ast.Unparen(n.Fun)]; fun.IsType() || fun.IsBuiltin() {
		return nil
	}
	r := &receive{node: n, kind: -1, results: 1}
	if t, ok := tv.Type.(*types.Tuple); ok {
		r.results = t.Len()
		for i := t.Len() - 1; i >= 0; i-- {
			if k := w.messageKind(t.At(i).Type()); k >= 0 {
				r.kind, r.index = k, i
			}
		}
	} else {
		r.kind = w.messageKind(tv.Type)
	}
	if r.kind < 0 {
		return nil
	}
	fn := w.callee(n)
	if fn == nil {
		r.helper = true // a func value may be anyone's
		return r
	}
	m := w.Messages[r.kind]
	if m.from(fn) {
		return r
	}
	if fn.Pkg() != nil && fn.Pkg().Path() == m.pkg() {
		return nil // the library's own constructors and the like
	}
	r.helper = true
	return r
}

// pkg returns the path of the package that the type is declared in.
func (m *Message) pkg() string {
	name := strings.TrimLeft(m.Type, "*[]")
	return name[:strings.LastIndexByte(name, '.')]
}

// dropped tells whether a call's results go nowhere.
func dropped(n *ast.CallExpr, path []ast.Node) bool {
	if len(path) == 0 {
		return false
	}
	switch p := path[len(path)-1].(type) {
	case *ast.GoStmt:
		return p.Call == n
	case *ast.DeferStmt:
		return p.Call == n
	case *ast.ExprStmt:
		return true
	}
	return false
}

// commaOK returns the variable that a channel operation receives into, nil
// where the operation is an expression that can be wrapped: that is not so in
// v, ok := <-ch and in the cases of a select. It is _ where the message is dropped.
func commaOK(n *ast.UnaryExpr, path []ast.Node) ast.Expr {
	var in ast.Node = n
	for i := len(path) - 1; i >= 0; i-- {
		switch p := path[i].(type) {
		case *ast.ParenExpr:
			in = p
		case *ast.AssignStmt:
			clause := i > 0 && isClause(path[i-1], p)
			if len(p.Rhs) == 1 && p.Rhs[0] == in && (clause || len(p.Lhs) == 2) {
				return p.Lhs[0]
			}
			return nil
		case *ast.ValueSpec:
			if len(p.Values) == 1 && p.Values[0] == in && len(p.Names) == 2 {
				return p.Names[0]
			}
			return nil
		case *ast.ExprStmt:
			return ast.NewIdent("_")
		default:
			return nil
		}
	}
	return nil
}

func isClause(n ast.Node, comm ast.Stmt) bool {
	c, ok := n.(*ast.CommClause)
	return ok && c.Comm == comm
}

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
	}
	if r.batched {
		flags |= flagBatched
	}
	if reason := x.receiveAt(r, h, p, rng, flags, drops); reason != "" {
		return reason
	}
	if home != nil {
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
		_, returns := stmt.(*ast.ReturnStmt)
		switch {
		case returns, hasBody(stmt) && len(drops) == 0:
		case hasBody(stmt):
			return "in the header of a statement with a body: how long the message is current can't be known"
		case h == nil:
			t := x.token("^uint64(0)")
			x.text(stmt).before = append(x.text(stmt).before, fmt.Sprintf("%s = %s();", t, seq))
			x.text(stmt).behind = append(x.text(stmt).behind, fmt.Sprintf("%s(%s, 0)", x.w.runtimeFunc("next", "(token uint64, level uint32)"), t))
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
	texts := []string{fmt.Sprintf("%s(&%s)", x.w.receivedFunc(r, flags), r.into.(*ast.Ident).Name)}
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

// messageHolders returns the variable that a message is received into, nil where
// it is none.
func (w *weaver) messageHolders(u *unit, r *receive) *holders {
	v := w.receivedVar(r)
	if v == nil {
		return nil
	}
	h := w.newHolders(u)
	h.work, h.by = true, v
	h.rest[v] = true
	return h
}

// receivedVar returns the variable that a message is received into.
func (w *weaver) receivedVar(r *receive) *types.Var {
	into := r.into
	if into == nil && len(r.path) > 0 {
		switch s := r.path[len(r.path)-1].(type) {
		case *ast.AssignStmt:
			if len(s.Rhs) == 1 && len(s.Lhs) == r.results {
				into = s.Lhs[r.index]
			}
		case *ast.ValueSpec:
			if len(s.Values) == 1 && len(s.Names) == r.results {
				into = s.Names[r.index]
			}
		}
	}
	id, ok := into.(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	o := w.info.Defs[id]
	if o == nil {
		o = w.info.Uses[id]
	}
	v, _ := o.(*types.Var)
	return v
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
		if v := w.receivedVar(r); v != nil {
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

// returnsMessage tells whether a unit may hand a message to its caller.
func (w *weaver) returnsMessage(u *unit) bool {
	if u.typ == nil || u.typ.Results == nil {
		return false
	}
	for _, r := range u.typ.Results.List {
		if w.messageKind(w.info.TypeOf(r.Type)) >= 0 {
			return true
		}
	}
	return false
}

// receivedFunc returns the name of the generic function that makes the span of
// a message current: one that passes results on, or takes the message's address.
func (w *weaver) receivedFunc(r *receive, flags int) string {
	if r.helper {
		name := fmt.Sprintf("%staken%d_%d", Prefix, r.results, flags)
		w.need[passFunc(name, r.results, fmt.Sprintf("%s(%d)", w.runtimeFunc("takeMessage", "(flags uint32)"), flags))] = true
		return name
	}
	// What it is given stays on the stack.
	receive := Prefix + "received"
	w.need[fmt.Sprintf("//go:noescape\n//go:linkname %s runtime.driftReceived\nfunc %[1]s(kind string, message %[2]sunsafe.Pointer, flags uint32)\n", receive, Prefix)] = true
	do := func(v string) string {
		return fmt.Sprintf("%s(%q, %sunsafe.Pointer(%s), %d)", receive, w.Messages[r.kind].Type, Prefix, v, flags)
	}
	if _, call := r.node.(*ast.CallExpr); call || r.into == nil {
		name := fmt.Sprintf("%sreceived%d_%d_%d_%d", Prefix, r.results, r.index, r.kind, flags)
		w.need[passFunc(name, r.results, do(fmt.Sprintf("&r%d", r.index)))] = true
		return name
	}
	name := fmt.Sprintf("%sreceivedInto%d_%d", Prefix, r.kind, flags)
	w.need[fmt.Sprintf("func %s[T any](v *T) { %s }\n", name, do("v"))] = true
	return name
}

// checkMessages checks that the functions are there that a rule says messages
// are received by.
func (w *weaver) checkMessages(r *Rule) error {
	for _, m := range r.Messages {
		for _, t := range m.From {
			if w.without(t.Since, t.Until) || w.lenient(t.Since, t.Until) {
				continue
			}
			pkg, name, ok := SplitFunc(t.Func)
			if !ok || pkg != r.Package {
				return &Error{Hook: r, Msg: fmt.Sprintf("%q names no function of %s", t.Func, r.Package)}
			}
			if !w.declares(name) {
				return &Error{Hook: r, Msg: fmt.Sprintf("no function %s in %s", name, pkg)}
			}
		}
	}
	return nil
}

// declares tells whether the package declares a function, a method or one of
// an interface: Func, (*T).Method, T.Method.
func (w *weaver) declares(name string) bool {
	typ, method, isMethod := strings.Cut(name, ".")
	for _, f := range w.files {
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if declName(d) == name {
					return true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					ts, ok := s.(*ast.TypeSpec)
					if !ok || !isMethod || ts.Name.Name != strings.Trim(typ, "()") {
						continue
					}
					if it, ok := ts.Type.(*ast.InterfaceType); ok && hasMethod(it, method) {
						return true
					}
				}
			}
		}
	}
	return false
}

func hasMethod(it *ast.InterfaceType, name string) bool {
	for _, m := range it.Methods.List {
		for _, id := range m.Names {
			if id.Name == name {
				return true
			}
		}
	}
	return false
}
