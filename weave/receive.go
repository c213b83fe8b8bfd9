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
	carried bool     // received from a channel that may carry; kind is -1
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
		if r := w.receivedByLoop(n); r != nil {
			return r
		}
	}
	if w.channels {
		return w.fromChannel(n, path)
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

// returnsMessage tells whether a unit may hand a message to its caller.
func (w *weaver) returnsMessage(u *unit) bool {
	if u.typ == nil || u.typ.Results == nil {
		return false
	}
	if u.job {
		return true
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
	if r.carried {
		return w.gotFunc(r, flags)
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
