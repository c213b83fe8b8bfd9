// Package message is the source of messages that carry headers: received by the user's
// own goroutines, and sent on channels.
package message

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/rule"
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

// Source are the messages that a package receives and sends.
type Source struct {
	*extent.Funcs
	taken map[*extent.Unit][]take
}

func New(funcs *extent.Funcs) *Source { return &Source{Funcs: funcs, taken: map[*extent.Unit][]take{}} }

// messageKind returns which kind of message a type is that is received, or -1.
func (w *Source) messageKind(t types.Type) int { return w.kindOf(t, false) }

// kindOf returns which kind of message a type is, one that is sent or one that is
// received, or -1.
func (w *Source) kindOf(t types.Type, sent bool) int {
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
func (w *Source) received(n ast.Node, path []ast.Node) *extent.Work {
	switch n := n.(type) {
	case *ast.CallExpr:
		return w.receivedByCall(n, path)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			if k := w.messageKind(w.Elem(n.X)); k >= 0 {
				return &extent.Work{By: w, Node: n, Kind: k, Results: 1, Into: extent.CommaOK(n, path)}
			}
		}
	case *ast.RangeStmt:
		if r := w.ReceivedByLoop(n); r != nil {
			return r
		}
	}
	return nil
}

func (w *Source) ReceivedByLoop(n *ast.RangeStmt) *extent.Work {
	t := w.Info.TypeOf(n.X)
	if t == nil || n.Key == nil {
		return nil
	}
	switch t := pass.Core(t).(type) {
	case *types.Chan:
		if k := w.messageKind(t.Elem()); k >= 0 {
			return &extent.Work{By: w, Node: n, Kind: k, Into: n.Key}
		}
	case *types.Slice:
		if k := w.messageKind(t.Elem()); k >= 0 && n.Value != nil && w.messageKind(t) >= 0 {
			return &extent.Work{By: w, Node: n, Kind: k, Into: n.Value, Batched: true}
		}
	case *types.Signature:
		call, ok := ast.Unparen(n.X).(*ast.CallExpr)
		if !ok || t.Params().Len() != 1 {
			return nil
		}
		yield, ok := pass.Core(t.Params().At(0).Type()).(*types.Signature)
		if !ok {
			return nil
		}
		for i, into := range []ast.Expr{n.Key, n.Value} {
			if i >= yield.Params().Len() || into == nil {
				break
			}
			if k := w.messageKind(yield.Params().At(i).Type()); k >= 0 && w.Messages[k].ReceivedBy(w.Callee(call)) {
				return &extent.Work{By: w, Node: n, Kind: k, Into: into}
			}
		}
	}
	return nil
}

func (w *Source) receivedByCall(n *ast.CallExpr, path []ast.Node) *extent.Work {
	tv := w.Info.Types[n]
	if tv.Type == nil || tv.Value != nil || tv.IsVoid() || extent.Dropped(n, path) {
		return nil
	}
	if fun := w.Info.Types[ast.Unparen(n.Fun)]; fun.IsType() || fun.IsBuiltin() {
		return nil
	}
	r := &extent.Work{By: w, Node: n, Kind: -1, Results: 1}
	if t, ok := tv.Type.(*types.Tuple); ok {
		r.Results = t.Len()
		for i := t.Len() - 1; i >= 0; i-- {
			if k := w.messageKind(t.At(i).Type()); k >= 0 {
				r.Kind, r.Index = k, i
			}
		}
	} else {
		r.Kind = w.messageKind(tv.Type)
	}
	if r.Kind < 0 {
		return nil
	}
	fn := w.Callee(n)
	if fn == nil {
		r.Helper = true // a func value may be anyone's
		return r
	}
	m := w.Messages[r.Kind]
	if m.ReceivedBy(fn) {
		return r
	}
	if fn.Pkg() != nil && fn.Pkg().Path() == m.Pkg() {
		return nil // the library's own constructors and the like
	}
	r.Helper = true
	return r
}

// returnsMessage reports whether a unit may hand a message to its caller.
func (w *Source) returnsMessage(u *extent.Unit) bool {
	if u.Type == nil || u.Type.Results == nil {
		return false
	}
	for _, r := range u.Type.Results.List {
		if w.messageKind(w.Info.TypeOf(r.Type)) >= 0 {
			return true
		}
	}
	return false
}

// Func returns the name of the generic function that makes the span of a message
// current: one that passes results on; or of one that takes the message's address the
// call.
func (w *Source) Func(r *extent.Work, flags int) string {
	if r.Helper {
		return w.TakenFunc(r, flags)
	}
	// What it is given stays on the stack.
	receive := w.Reach(&seam.Received)
	do := func(v string) string {
		return fmt.Sprintf("%s(%q, %sunsafe.Pointer(%s), %d)", receive, w.Messages[r.Kind].Type, pass.Prefix, v, flags)
	}
	if _, call := r.Node.(*ast.CallExpr); call || r.Into == nil {
		name := fmt.Sprintf("%sreceived%d_%d_%d_%d", pass.Prefix, r.Results, r.Index, r.Kind, flags)
		w.Declare(pass.PassFunc(name, r.Results, do(fmt.Sprintf("&r%d", r.Index))))
		return name
	}
	name := fmt.Sprintf("%sreceivedInto%d_%d", pass.Prefix, r.Kind, flags)
	w.Declare(fmt.Sprintf("func %s[T any](v *T) { %s }\n", name, do("v")))
	return fmt.Sprintf("%s(&%s)", name, r.Into.(*ast.Ident).Name)
}

// Check checks that the functions are there that a rule says messages
// are received by.
func (w *Source) Check(r *rule.Rule) error {
	for _, m := range r.Callers.Messages {
		for _, t := range m.From {
			if w.Without(t.Since, t.Until) || w.Lenient(t.Since, t.Until) {
				continue
			}
			pkg, name, ok := rule.SplitFunc(t.Func)
			if !ok || pkg != r.Package {
				return &rule.Error{Hook: r, Msg: fmt.Sprintf("%q names no function of %s", t.Func, r.Package)}
			}
			if !w.declares(name) {
				return &rule.Error{Hook: r, Msg: fmt.Sprintf("no function %s in %s", name, pkg)}
			}
		}
	}
	return nil
}

// declares reports whether the package declares a function, a method or one of
// an interface: Func, (*T).Method, T.Method.
func (w *Source) declares(name string) bool {
	typ, method, isMethod := strings.Cut(name, ".")
	for _, f := range w.Files {
		for _, d := range f.Syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if pass.DeclName(d) == name {
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

// Gather notes where a unit receives messages.
func (w *Source) Gather(u *extent.Unit, n ast.Node, path []ast.Node) {
	if !w.Plan.Receives {
		return
	}
	if n == ast.Node(u.Body) {
		u.HandsWork = w.returnsMessage(u)
	}
	if r := w.received(n, path); r != nil {
		r.Path = append([]ast.Node(nil), path...)
		u.Works = append(u.Works, r)
	}
	w.taken[u] = append(w.taken[u], w.takesOf(n, path)...)
}

// Weave adds where messages are taken out again of where the unit put them.
func (w *Source) Weave(*extent.Writer) {}

// Holds reports whether a variable of type t is of the message's kind.
func (w *Source) Holds(r *extent.Work, t types.Type) bool { return w.messageKind(t) == r.Kind }

// Same reports whether a variable of type t holds a message, rather than something
// made from one.
func (w *Source) Same(t types.Type) bool { return w.messageKind(t) >= 0 }

// Refuse returns "": whoever receives a message works on it.
func (w *Source) Refuse(*extent.Writer, *extent.Work, []ast.Stmt) string { return "" }

// Flags returns none.
func (w *Source) Flags(*extent.Writer, *extent.Work) int { return 0 }

// PutAway finds where a unit puts the messages that it receives, and adds the
// places where it takes one out again: that one is worked on from there.
func (w *Source) PutAway() {
	for _, u := range w.All {
		w.putAwayIn(u)
	}
}

func (w *Source) putAwayIn(u *extent.Unit) {
	stash := map[types.Object]bool{}
	for _, r := range u.Works {
		if v := w.WorkVar(r); v != nil && !r.Element {
			stash[v] = true
		}
	}
	if len(stash) == 0 {
		return
	}
	for changed := true; changed; {
		changed = false
		for _, n := range u.Nodes {
			a, ok := n.(*ast.AssignStmt)
			if !ok {
				continue
			}
			for i, l := range a.Lhs {
				root, _ := w.Root(l)
				if root == nil || stash[root] {
					continue
				}
				e := a.Rhs[0]
				if len(a.Rhs) == len(a.Lhs) {
					e = a.Rhs[i]
				}
				if t := w.ElemOf(root.Type()); w.messageKind(t) < 0 {
					continue
				}
				ast.Inspect(e, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok && stash[w.Info.Uses[id]] && !stash[root] {
						stash[root], changed = true, true
					}
					return true
				})
			}
		}
	}
	for _, a := range w.taken[u] {
		if from, _ := w.Root(a.from); from == nil || !stash[from] {
			continue
		}
		u.Works = append(u.Works, &extent.Work{By: w, Node: a.node, Path: a.path, Kind: w.messageKind(w.Info.TypeOf(a.into)), Results: 1, Into: a.into, Batched: true, Alias: true})
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
func (w *Source) takesOf(n ast.Node, path []ast.Node) []take {
	var out []take
	add := func(node ast.Node, path []ast.Node, l, r ast.Expr) {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name == "_" || w.messageKind(w.Info.TypeOf(l)) < 0 {
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
		if n.Value != nil && pass.IsCollection(w.Info.TypeOf(n.X)) {
			if _, ch := w.Info.TypeOf(n.X).Underlying().(*types.Chan); !ch && w.ReceivedByLoop(n) == nil {
				add(n, append([]ast.Node(nil), path...), n.Value, n.X)
			}
		}
	}
	return out
}
