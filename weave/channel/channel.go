// Package channel is the source of elements of channels that carry.
package channel

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// Channels that carry. One that is made in scope
//
//	jobs := make(chan job, 8)  becomes  jobs := made[chan job](8)
//
// has beside each element the context of who sent it: package runtime's affair. Where
// an element is received in scope, it is current while the element is worked on, as
// what came with a message is (receive.go, work.go), but for what follows.
//
//   - What comes with an element is known right behind the receive and never again: an
//     element that is put away, and taken out later, has lost it.
//   - To start a goroutine for an element, or to send it on, is to work on it: the
//     goroutine, and the next one to receive it, are the sender's too.
//   - Signals are not work: struct{}, bool, error, a Context, time.Time, os.Signal, and
//     what is received and dropped. Channels of those do not carry.
//
// A function in scope that returns what it has received hands it on to its caller.

// Source are a package's channels that carry.
type Source struct {
	*extent.Funcs
	jobCalls map[*extent.Unit][]jobCall // calls that may return what was received
	jobs     map[*extent.Unit]bool      // those that return what they have received
	back     map[types.Object]bool      // channels that things go back to
}

func New(funcs *extent.Funcs) *Source {
	return &Source{Funcs: funcs, jobCalls: map[*extent.Unit][]jobCall{}, jobs: map[*extent.Unit]bool{}}
}

// WeaveMakes weaves the channels that the package makes.
func (w *Source) WeaveMakes() {
	w.EachDecl(func(f *pass.File, name string, d ast.Decl) {
		ast.Inspect(d, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				w.make(f, name, call)
			}
			return true
		})
	})
}

// make weaves a call if it makes a channel for work.
func (w *Source) make(f *pass.File, in string, call *ast.CallExpr) {
	if !w.IsMake(call) || !pass.IsWork(w.Elem(call)) {
		return
	}
	size := splice.Part{Text: "0"}
	if len(call.Args) == 2 {
		size = splice.Part{Node: call.Args[1]}
		// An untyped 1e3 would be a float by itself.
		if v := w.Info.Types[call.Args[1]].Value; v != nil {
			if n, exact := constant.Int64Val(constant.ToInt(v)); !exact || n != int64(int32(n)) {
				w.Report(pass.SiteChannel, f, call, in, "its size is no int32")
				return
			}
			size = splice.Part{Text: fmt.Sprintf("%sint(", pass.Prefix), Node: call.Args[1]}
			w.Declare(fmt.Sprintf("type %sint int\n", pass.Prefix))
		}
	}
	parts := []splice.Part{{Text: w.madeFunc() + "["}, {Node: call.Args[0]}, {Text: "]("}}
	if size.Node != nil && size.Text != "" {
		parts = append(parts, size, splice.Part{Text: ")"})
	} else {
		parts = append(parts, size)
	}
	f.Before(call, append(parts, splice.Part{Text: ")"})...)
	f.Replace(call, "")
	w.Report(pass.SiteChannel, f, call, in, "")
}

// madeFunc returns the name of the generic function that makes a channel that carries.
func (w *Source) madeFunc() string {
	made, makechan := pass.Prefix+"made", w.Reach(&seam.Makechan)
	w.Declare(fmt.Sprintf("func %s[C any, N ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](size N) (c C) { var typ any = c; p := %s(*(*%[3]sunsafe.Pointer)(%[3]sunsafe.Pointer(&typ)), %[3]ssize(size)); return *(*C)(%[3]sunsafe.Pointer(&p)) }\n", made, makechan, pass.Prefix))
	w.Declare(fmt.Sprintf("func %[1]ssize[N ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](size N) int64 { n := int64(size); if (n < 0) != (size < 0) { n = -1 }; return n }\n", pass.Prefix))
	return made
}

// fromChannel returns what an operation receives from a channel that may carry, nil
// if that is dropped or no work.
func (w *Source) fromChannel(n ast.Node, path []ast.Node) *extent.Work {
	switch n := n.(type) {
	case *ast.UnaryExpr:
		if n.Op != token.ARROW || !pass.IsWork(w.Elem(n.X)) {
			return nil
		}
		into := extent.CommaOK(n, path)
		if into != nil && pass.IsBlank(into) || into == nil && w.blankly(n, path) {
			return nil
		}
		return &extent.Work{By: w, Node: n, Kind: -1, Element: true, Results: 1, Into: into}
	case *ast.RangeStmt:
		t := w.Info.TypeOf(n.X)
		if t == nil || n.Key == nil || pass.IsBlank(n.Key) {
			return nil
		}
		if c, ok := pass.Core(t).(*types.Chan); ok && pass.IsWork(c.Elem()) {
			return &extent.Work{By: w, Node: n, Kind: -1, Element: true, Into: n.Key}
		}
	}
	return nil
}

// blankly reports whether an expression is assigned to _ alone.
func (w *Source) blankly(n ast.Expr, path []ast.Node) bool {
	var in ast.Node = n
	for i := len(path) - 1; i >= 0; i-- {
		switch p := path[i].(type) {
		case *ast.ParenExpr:
			in = p
		case *ast.AssignStmt:
			for k, r := range p.Rhs {
				if r == in && len(p.Lhs) == len(p.Rhs) {
					return pass.IsBlank(p.Lhs[k])
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// jobCall is a call of a function that may return what it has received from a channel.
type jobCall struct {
	call *ast.CallExpr
	path []ast.Node
}

// mayReturnJob reports whether a call is to be looked at once it is known which functions
// return what they have received.
func (w *Source) mayReturnJob(n *ast.CallExpr, path []ast.Node) bool {
	tv := w.Info.Types[n]
	if tv.Type == nil || tv.Value != nil || tv.IsVoid() || extent.Dropped(n, path) || !w.MayHand(n) {
		return false
	}
	return w.jobIn(tv.Type) >= 0
}

// jobIn returns which of a call's results may be work, -1 for none.
func (w *Source) jobIn(t types.Type) int {
	tuple, ok := t.(*types.Tuple)
	if !ok {
		if pass.IsWork(t) {
			return 0
		}
		return -1
	}
	for i := range tuple.Len() {
		if pass.IsWork(tuple.At(i).Type()) {
			return i
		}
	}
	return -1
}

// ReturnJobs finds the functions that return what they have received from a channel,
// and adds the calls of these to what units receive.
func (w *Source) ReturnJobs() {
	for changed := true; changed; {
		changed = false
		for _, u := range w.All {
			for i, c := range w.jobCalls[u] {
				if c.call == nil || !w.returnsJob(c.call) {
					continue
				}
				w.jobCalls[u][i].call = nil
				t := w.Info.TypeOf(c.call)
				r := &extent.Work{By: w, Node: c.call, Path: c.path, Kind: -1, Element: true, Helper: true, Results: 1, Index: w.jobIn(t)}
				if tuple, ok := t.(*types.Tuple); ok {
					r.Results = tuple.Len()
				}
				u.Works = append(u.Works, r)
				changed = true
			}
			if !w.jobs[u] && w.handsJob(u) {
				w.jobs[u], u.HandsWork, changed = true, true, true
			}
		}
	}
}

// returnsJob reports whether the function that is called returns what it has received.
func (w *Source) returnsJob(call *ast.CallExpr) bool {
	if u := w.UnitOf(call); u != nil {
		return w.jobs[u]
	}
	fn := w.Callee(call)
	return fn != nil && w.Says(fn.Origin(), 'j')
}

// handsJob reports whether a unit returns what it has received from a channel.
func (w *Source) handsJob(u *extent.Unit) bool {
	if u.Type == nil || u.Type.Results == nil {
		return false
	}
	for _, r := range u.Works {
		if !r.Element {
			continue
		}
		v := w.WorkVar(r)
		for _, n := range u.Nodes {
			ret, ok := n.(*ast.ReturnStmt)
			if !ok {
				continue
			}
			for _, e := range ret.Results {
				e = ast.Unparen(e)
				if e == ast.Expr(nodeExpr(r.Node)) || v != nil && w.isUse(e, v) {
					return true
				}
			}
		}
		if v == nil {
			continue
		}
		for _, f := range u.Type.Results.List {
			for _, id := range f.Names {
				if w.Info.Defs[id] == types.Object(v) {
					return true
				}
			}
		}
	}
	return false
}

func nodeExpr(n ast.Node) ast.Expr {
	e, _ := n.(ast.Expr)
	return e
}

func (w *Source) isUse(e ast.Expr, v *types.Var) bool {
	id, ok := e.(*ast.Ident)
	return ok && w.Info.Uses[id] == types.Object(v)
}

// gotFunc returns the text that makes current what came with an element, and for an
// expression the name of the function that does and passes it on.
func (w *Source) gotFunc(r *extent.Work, flags int) string {
	got := fmt.Sprintf("%s(%d)", w.Reach(&seam.Got), flags)
	if r.Into != nil {
		return got
	}
	name := fmt.Sprintf("%sgot%d_%d", pass.Prefix, r.Results, flags)
	w.Declare(pass.PassFunc(name, r.Results, got))
	return name
}

// serving reports whether the innermost of some loops may be one that serves: it goes on
// as long as anything comes.
func (w *Source) serving(u *extent.Unit, loops []ast.Stmt) bool {
	if len(loops) == 0 || !w.GoesRound(u, loops[len(loops)-1]) {
		return false
	}
	switch l := loops[len(loops)-1].(type) {
	case *ast.ForStmt:
		return l.Init == nil && l.Post == nil
	case *ast.RangeStmt:
		switch pass.Core(w.Info.TypeOf(l.X)).(type) {
		case *types.Chan, *types.Signature:
			return true
		}
	}
	return false
}

// second reports whether something else was received before on the way to a receive, in
// the same round of a loop.
func (w *Source) second(x *extent.Writer, r *extent.Work) bool {
	var loop ast.Node
	for _, n := range r.Path {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			loop = n
		}
	}
	for _, o := range x.Unit.Works {
		if o == r || !o.Element || o.Node.Pos() >= r.Node.Pos() || loop == nil || !pass.Within(o.Node.Pos(), loop) {
			continue
		}
		if o.Node == loop || inList(o.Path, r.Node) {
			return true
		}
	}
	return false
}

// inList reports whether a node is in the innermost of the statement lists that something
// else is in.
func inList(path []ast.Node, n ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch path[i].(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			return pass.Within(n.Pos(), path[i])
		}
	}
	return false
}

// stores are words in the names of channels that hold what is borrowed and given back.
var stores = []string{"free", "idle", "pool", "spare", "avail", "token", "sem", "limit", "slot", "buf", "conn", "recycle", "cache"}

// recycled reports whether a receive takes something that was given back: who did that
// has no part in what it is used for next. That is so where a function of the package
// sends on the channel what it has received from it, and where the channel's name says
// so.
func (w *Source) recycled(r *extent.Work) bool {
	n, ok := r.Node.(*ast.UnaryExpr)
	if !ok {
		return false // who ranges over a channel serves
	}
	o := w.channelOf(n.X)
	if o == nil {
		return false
	}
	name := strings.ToLower(o.Name())
	for _, word := range stores {
		if strings.Contains(name, word) {
			return true
		}
	}
	return w.backInto()[o]
}

// channelOf returns the variable or field that an expression of a channel names last.
func (w *Source) channelOf(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return w.ObjectOf(e)
	case *ast.SelectorExpr:
		return w.Info.Uses[e.Sel]
	case *ast.IndexExpr:
		return w.channelOf(e.X)
	}
	return nil
}

// backInto returns the channels on which a function sends what it has received from
// them.
func (w *Source) backInto() map[types.Object]bool {
	if w.back != nil {
		return w.back
	}
	w.back = map[types.Object]bool{}
	from := map[types.Object]types.Object{} // of variables: the channel
	for _, u := range w.All {
		for _, r := range u.Works {
			if n, ok := r.Node.(*ast.UnaryExpr); ok && r.Element {
				if v := w.WorkVar(r); v != nil {
					from[v] = w.channelOf(n.X)
				}
			}
		}
	}
	for _, f := range w.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if s, ok := n.(*ast.SendStmt); ok {
				if id, ok := ast.Unparen(s.Value).(*ast.Ident); ok {
					if c := from[w.Info.Uses[id]]; c != nil && c == w.channelOf(s.Chan) {
						w.back[c] = true
					}
				}
			}
			return true
		})
	}
	return w.back
}

// WeaveFreshSends weaves the sends that a fresh directive speaks for, or one over the
// function they are in: they send under none.
//
//	ch <- v  becomes  mute();ch <- v;unmute()
func (w *Source) WeaveFreshSends() {
	mute := func() string { return w.Reach(&seam.Mute) + "();" }
	unmute := func() string { return w.Reach(&seam.Unmute) + "()" }
	w.EachDecl(func(f *pass.File, name string, d ast.Decl) {
		if !f.HasFresh() {
			return
		}
		f.Walk(d, func(n ast.Node, path []ast.Node, fresh bool) bool {
			switch n := n.(type) {
			case *ast.SelectStmt:
				for _, c := range n.Body.List {
					s, sends := c.(*ast.CommClause).Comm.(*ast.SendStmt)
					if !sends || !fresh && !f.IsFresh(s) {
						continue
					}
					f.Before(n, splice.Part{Text: mute()})
					for _, c := range n.Body.List {
						f.Open(c.(*ast.CommClause).Colon, " "+unmute()+";")
					}
					w.Report(pass.SiteFresh, f, s, name, "")
					break
				}
			case *ast.SendStmt:
				if c, ok := pass.Last(path).(*ast.CommClause); ok && c.Comm == ast.Stmt(n) || !fresh && !f.IsFresh(n) {
					break
				}
				f.Before(n, splice.Part{Text: mute()})
				f.After(n, ";"+unmute())
				w.Report(pass.SiteFresh, f, n, name, "")
			}
			return true
		})
	})
}

// Gather notes where a unit receives from a channel that may carry. What is a message
// comes with its own.
func (w *Source) Gather(u *extent.Unit, n ast.Node, path []ast.Node) {
	if !w.Plan.Channels {
		return
	}
	if k := len(u.Works); k > 0 && u.Works[k-1].Node == n {
		return
	}
	if r := w.fromChannel(n, path); r != nil {
		r.Path = append([]ast.Node(nil), path...)
		u.Works = append(u.Works, r)
	}
	if call, ok := n.(*ast.CallExpr); ok && w.mayReturnJob(call, path) {
		w.jobCalls[u] = append(w.jobCalls[u], jobCall{call, append([]ast.Node(nil), path...)})
	}
}

// Weave weaves nothing but what the unit receives.
func (w *Source) Weave(*extent.Writer) {}

// Holds reports whether a variable of type t may hold work.
func (w *Source) Holds(_ *extent.Work, t types.Type) bool { return pass.IsWork(t) }

// Same returns false: an element is known where it is received alone.
func (w *Source) Same(types.Type) bool { return false }

// Refuse returns why an element is no work, or "".
func (w *Source) Refuse(x *extent.Writer, r *extent.Work, loops []ast.Stmt) string {
	switch {
	case !x.Unit.HandsWork && (!w.serving(x.Unit, loops) || extent.Leaves(r.Path)):
		return "it is received once, or so many times: an answer"
	case w.recycled(r):
		return "its channel is a store that things go back to"
	}
	return ""
}

// Flags says whether something else was received before in the same round.
func (w *Source) Flags(x *extent.Writer, r *extent.Work) int {
	if w.second(x, r) {
		return seam.PushNested
	}
	return 0
}

// Func returns what makes current what came with an element.
func (w *Source) Func(r *extent.Work, flags int) string {
	if r.Helper {
		return w.TakenFunc(r, flags)
	}
	return w.gotFunc(r, flags)
}

// Fact is what the package's facts say of a unit that returns what it received.
func (w *Source) Fact(u *extent.Unit) string {
	if w.jobs[u] {
		return "j"
	}
	return ""
}
