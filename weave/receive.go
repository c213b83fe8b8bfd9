package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
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

// messageKind returns which kind of message a type is that is received, or -1.
func (w *Messages) messageKind(t types.Type) int { return w.kindOf(t, false) }

// kindOf returns which kind of message a type is, one that is sent or one that is
// received, or -1.
func (w *Messages) kindOf(t types.Type, sent bool) int {
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
func (w *Messages) received(n ast.Node, path []ast.Node) *work {
	switch n := n.(type) {
	case *ast.CallExpr:
		return w.receivedByCall(n, path)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			if k := w.messageKind(w.elem(n.X)); k >= 0 {
				return &work{by: w, node: n, kind: k, results: 1, into: commaOK(n, path)}
			}
		}
	case *ast.RangeStmt:
		if r := w.receivedByLoop(n); r != nil {
			return r
		}
	}
	return nil
}

func (w *Messages) receivedByLoop(n *ast.RangeStmt) *work {
	t := w.info.TypeOf(n.X)
	if t == nil || n.Key == nil {
		return nil
	}
	switch t := core(t).(type) {
	case *types.Chan:
		if k := w.messageKind(t.Elem()); k >= 0 {
			return &work{by: w, node: n, kind: k, into: n.Key}
		}
	case *types.Slice:
		if k := w.messageKind(t.Elem()); k >= 0 && n.Value != nil && w.messageKind(t) >= 0 {
			return &work{by: w, node: n, kind: k, into: n.Value, batched: true}
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
				return &work{by: w, node: n, kind: k, into: into}
			}
		}
	}
	return nil
}

func (w *Messages) receivedByCall(n *ast.CallExpr, path []ast.Node) *work {
	tv := w.info.Types[n]
	if tv.Type == nil || tv.Value != nil || tv.IsVoid() || dropped(n, path) {
		return nil
	}
	if fun := w.info.Types[ast.Unparen(n.Fun)]; fun.IsType() || fun.IsBuiltin() {
		return nil
	}
	r := &work{by: w, node: n, kind: -1, results: 1}
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

// returnsMessage tells whether a unit may hand a message to its caller.
func (w *Messages) returnsMessage(u *unit) bool {
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

// Func returns the name of the generic function that makes the span of a message
// current: one that passes results on; or of one that takes the message's address the
// call.
func (w *Messages) Func(r *work, flags int) string {
	if r.helper {
		return w.takenFunc(r, flags)
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
	return fmt.Sprintf("%s(&%s)", name, r.into.(*ast.Ident).Name)
}

// checkMessages checks that the functions are there that a rule says messages
// are received by.
func (w *Messages) checkMessages(r *Rule) error {
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
func (w *Pass) declares(name string) bool {
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

// Messages are the messages that a package receives and sends.
type Messages struct {
	*Funcs
	taken map[*unit][]take
}

func newMessages(funcs *Funcs) *Messages { return &Messages{Funcs: funcs, taken: map[*unit][]take{}} }

// Gather notes where a unit receives messages.
func (w *Messages) Gather(u *unit, n ast.Node, path []ast.Node) {
	if !w.receives {
		return
	}
	if n == ast.Node(u.body) {
		u.handsWork = w.returnsMessage(u)
	}
	if r := w.received(n, path); r != nil {
		r.path = append([]ast.Node(nil), path...)
		u.works = append(u.works, r)
	}
	w.taken[u] = append(w.taken[u], w.takesOf(n, path)...)
}

// Weave adds where messages are taken out again of where the unit put them.
func (w *Messages) Weave(*extents) {}

// Holds reports whether a variable of type t is of the message's kind.
func (w *Messages) Holds(r *work, t types.Type) bool { return w.messageKind(t) == r.kind }

// Same reports whether a variable of type t holds a message, rather than something
// made from one.
func (w *Messages) Same(t types.Type) bool { return w.messageKind(t) >= 0 }

// Refuse returns "": whoever receives a message works on it.
func (w *Messages) Refuse(*extents, *work, []ast.Stmt) string { return "" }

// Flags returns none.
func (w *Messages) Flags(*extents, *work) int { return 0 }

// putAway finds where a unit puts the messages that it receives, and adds the
// places where it takes one out again: that one is worked on from there.
func (w *Messages) putAway() {
	for _, u := range w.all {
		w.putAwayIn(u)
	}
}

func (w *Messages) putAwayIn(u *unit) {
	stash := map[types.Object]bool{}
	for _, r := range u.works {
		if v := w.workVar(r); v != nil && !r.element {
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
	for _, a := range w.taken[u] {
		if from, _ := w.root(a.from); from == nil || !stash[from] {
			continue
		}
		u.works = append(u.works, &work{by: w, node: a.node, path: a.path, kind: w.messageKind(w.info.TypeOf(a.into)), results: 1, into: a.into, batched: true, alias: true})
	}
}

// take is a place where a variable takes a message from another place.
type take struct {
	node       ast.Node
	path       []ast.Node
	into, from ast.Expr
}

// takesOf returns the places in a node where a message is taken from a variable, or
// from what one holds.
func (w *Messages) takesOf(n ast.Node, path []ast.Node) []take {
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
