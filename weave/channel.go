package weave

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
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

// isWork tells whether what a channel holds may be work, by its type.
func isWork(t types.Type) bool {
	if t == nil {
		return false
	}
	switch types.TypeString(types.Unalias(t), nil) {
	case "error", "context.Context", "time.Time", "os.Signal":
		return false
	}
	if _, param := types.Unalias(t).(*types.TypeParam); param {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return u.NumFields() > 0
	case *types.Basic:
		return u.Kind() != types.Bool && u.Kind() != types.Invalid
	}
	return true
}

// makes weaves the channels that the package makes.
func (w *Channels) makes() {
	for _, f := range w.files {
		w.madeIn(f)
	}
}

func (w *Channels) madeIn(f *file) {
	for _, d := range f.ast.Decls {
		name := "package level"
		if fd, ok := d.(*ast.FuncDecl); ok {
			name = declName(fd)
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				w.make(f, name, call)
			}
			return true
		})
	}
}

// make weaves a call if it makes a channel for work.
func (w *Channels) make(f *file, in string, call *ast.CallExpr) {
	if !w.isMake(call) || !isWork(w.elem(call)) {
		return
	}
	size := part{text: "0"}
	if len(call.Args) == 2 {
		size = part{node: call.Args[1]}
		// An untyped 1e3 would be a float by itself.
		if v := w.info.Types[call.Args[1]].Value; v != nil {
			if n, exact := constant.Int64Val(constant.ToInt(v)); !exact || n != int64(int32(n)) {
				w.site("channel", f, call, in, "its size is no int32")
				return
			}
			size = part{text: fmt.Sprintf("%sint(", Prefix), node: call.Args[1]}
			w.need[fmt.Sprintf("type %sint int\n", Prefix)] = true
		}
	}
	parts := []part{{text: w.madeFunc() + "["}, {node: call.Args[0]}, {text: "]("}}
	if size.node != nil && size.text != "" {
		parts = append(parts, size, part{text: ")"})
	} else {
		parts = append(parts, size)
	}
	f.before(call, append(parts, part{text: ")"})...)
	f.replace(call, "")
	w.site("channel", f, call, in, "")
}

// isMake tells whether a call is one of the builtin make.
func (w *Pass) isMake(call *ast.CallExpr) bool {
	fun := ast.Unparen(call.Fun)
	if !w.info.Types[fun].IsBuiltin() {
		return false
	}
	id, ok := fun.(*ast.Ident)
	return ok && w.info.Uses[id] != nil && w.info.Uses[id].Name() == "make" && len(call.Args) > 0
}

// madeFunc returns the name of the generic function that makes a channel that carries.
func (w *Channels) madeFunc() string {
	made, makechan := Prefix+"made", Prefix+"makechan"
	w.need[fmt.Sprintf("//go:linkname %s runtime.driftMakechan\nfunc %[1]s(t %[2]sunsafe.Pointer, size int64) %[2]sunsafe.Pointer\n", makechan, Prefix)] = true
	w.need[fmt.Sprintf("func %s[C any, N ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](size N) (c C) { var typ any = c; p := %s(*(*%[3]sunsafe.Pointer)(%[3]sunsafe.Pointer(&typ)), %[3]ssize(size)); return *(*C)(%[3]sunsafe.Pointer(&p)) }\n", made, makechan, Prefix)] = true
	w.need[fmt.Sprintf("func %[1]ssize[N ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](size N) int64 { n := int64(size); if (n < 0) != (size < 0) { n = -1 }; return n }\n", Prefix)] = true
	return made
}

// fromChannel returns what an operation receives from a channel that may carry, nil
// if that is dropped or no work.
func (w *Channels) fromChannel(n ast.Node, path []ast.Node) *work {
	switch n := n.(type) {
	case *ast.UnaryExpr:
		if n.Op != token.ARROW || !isWork(w.elem(n.X)) {
			return nil
		}
		into := commaOK(n, path)
		if into != nil && isBlank(into) || into == nil && w.blankly(n, path) {
			return nil
		}
		return &work{by: w, node: n, kind: -1, element: true, results: 1, into: into}
	case *ast.RangeStmt:
		t := w.info.TypeOf(n.X)
		if t == nil || n.Key == nil || isBlank(n.Key) {
			return nil
		}
		if c, ok := core(t).(*types.Chan); ok && isWork(c.Elem()) {
			return &work{by: w, node: n, kind: -1, element: true, into: n.Key}
		}
	}
	return nil
}

// blankly tells whether an expression is assigned to _ alone.
func (w *Channels) blankly(n ast.Expr, path []ast.Node) bool {
	var in ast.Node = n
	for i := len(path) - 1; i >= 0; i-- {
		switch p := path[i].(type) {
		case *ast.ParenExpr:
			in = p
		case *ast.AssignStmt:
			for k, r := range p.Rhs {
				if r == in && len(p.Lhs) == len(p.Rhs) {
					return isBlank(p.Lhs[k])
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

// mayReturnJob tells whether a call is to be looked at once it is known which functions
// return what they have received.
func (w *Channels) mayReturnJob(n *ast.CallExpr, path []ast.Node) bool {
	tv := w.info.Types[n]
	if tv.Type == nil || tv.Value != nil || tv.IsVoid() || dropped(n, path) || !w.mayHand(n) {
		return false
	}
	return w.jobIn(tv.Type) >= 0
}

// jobIn returns which of a call's results may be work, -1 for none.
func (w *Channels) jobIn(t types.Type) int {
	tuple, ok := t.(*types.Tuple)
	if !ok {
		if isWork(t) {
			return 0
		}
		return -1
	}
	for i := range tuple.Len() {
		if isWork(tuple.At(i).Type()) {
			return i
		}
	}
	return -1
}

// returnJobs finds the functions that return what they have received from a channel,
// and adds the calls of these to what units receive.
func (w *Channels) returnJobs() {
	for changed := true; changed; {
		changed = false
		for _, u := range w.all {
			for i, c := range w.jobCalls[u] {
				if c.call == nil || !w.returnsJob(c.call) {
					continue
				}
				w.jobCalls[u][i].call = nil
				t := w.info.TypeOf(c.call)
				r := &work{by: w, node: c.call, path: c.path, kind: -1, element: true, helper: true, results: 1, index: w.jobIn(t)}
				if tuple, ok := t.(*types.Tuple); ok {
					r.results = tuple.Len()
				}
				u.works = append(u.works, r)
				changed = true
			}
			if !w.jobs[u] && w.handsJob(u) {
				w.jobs[u], u.handsWork, changed = true, true, true
			}
		}
	}
}

// returnsJob tells whether the function that is called returns what it has received.
func (w *Channels) returnsJob(call *ast.CallExpr) bool {
	if u := w.unitOf(call); u != nil {
		return w.jobs[u]
	}
	fn := w.callee(call)
	return fn != nil && w.says(fn.Origin(), 'j')
}

// handsJob tells whether a unit returns what it has received from a channel.
func (w *Channels) handsJob(u *unit) bool {
	if u.typ == nil || u.typ.Results == nil {
		return false
	}
	for _, r := range u.works {
		if !r.element {
			continue
		}
		v := w.workVar(r)
		for _, n := range u.nodes {
			ret, ok := n.(*ast.ReturnStmt)
			if !ok {
				continue
			}
			for _, e := range ret.Results {
				e = ast.Unparen(e)
				if e == ast.Expr(nodeExpr(r.node)) || v != nil && w.isUse(e, v) {
					return true
				}
			}
		}
		if v == nil {
			continue
		}
		for _, f := range u.typ.Results.List {
			for _, id := range f.Names {
				if w.info.Defs[id] == types.Object(v) {
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

func (w *Pass) isUse(e ast.Expr, v *types.Var) bool {
	id, ok := e.(*ast.Ident)
	return ok && w.info.Uses[id] == types.Object(v)
}

// gotFunc returns the text that makes current what came with an element, and for an
// expression the name of the function that does and passes it on.
func (w *Channels) gotFunc(r *work, flags int) string {
	got := fmt.Sprintf("%s(%d)", w.runtimeFunc("got", "(flags uint32)"), flags)
	if r.into != nil {
		return got
	}
	name := fmt.Sprintf("%sgot%d_%d", Prefix, r.results, flags)
	w.need[passFunc(name, r.results, got)] = true
	return name
}

// serving tells whether the innermost of some loops may be one that serves: it goes on
// as long as anything comes.
func (w *Channels) serving(u *unit, loops []ast.Stmt) bool {
	if len(loops) == 0 || !w.goesRound(u, loops[len(loops)-1]) {
		return false
	}
	switch l := loops[len(loops)-1].(type) {
	case *ast.ForStmt:
		return l.Init == nil && l.Post == nil
	case *ast.RangeStmt:
		switch core(w.info.TypeOf(l.X)).(type) {
		case *types.Chan, *types.Signature:
			return true
		}
	}
	return false
}

// second tells whether something else was received before on the way to a receive, in
// the same round of a loop.
func (w *Channels) second(x *extents, r *work) bool {
	var loop ast.Node
	for _, n := range r.path {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			loop = n
		}
	}
	for _, o := range x.u.works {
		if o == r || !o.element || o.node.Pos() >= r.node.Pos() || loop == nil || !within(o.node.Pos(), loop) {
			continue
		}
		if o.node == loop || inList(o.path, r.node) {
			return true
		}
	}
	return false
}

// inList tells whether a node is in the innermost of the statement lists that something
// else is in.
func inList(path []ast.Node, n ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch path[i].(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			return within(n.Pos(), path[i])
		}
	}
	return false
}

// stores are words in the names of channels that hold what is borrowed and given back.
var stores = []string{"free", "idle", "pool", "spare", "avail", "token", "sem", "limit", "slot", "buf", "conn", "recycle", "cache"}

// recycled tells whether a receive takes something that was given back: who did that
// has no part in what it is used for next. That is so where a function of the package
// sends on the channel what it has received from it, and where the channel's name says
// so.
func (w *Channels) recycled(r *work) bool {
	n, ok := r.node.(*ast.UnaryExpr)
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
func (w *Pass) channelOf(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return w.objectOf(e)
	case *ast.SelectorExpr:
		return w.info.Uses[e.Sel]
	case *ast.IndexExpr:
		return w.channelOf(e.X)
	}
	return nil
}

// backInto returns the channels on which a function sends what it has received from
// them.
func (w *Channels) backInto() map[types.Object]bool {
	if w.back != nil {
		return w.back
	}
	w.back = map[types.Object]bool{}
	from := map[types.Object]types.Object{} // of variables: the channel
	for _, u := range w.all {
		for _, r := range u.works {
			if n, ok := r.node.(*ast.UnaryExpr); ok && r.element {
				if v := w.workVar(r); v != nil {
					from[v] = w.channelOf(n.X)
				}
			}
		}
	}
	for _, f := range w.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SendStmt); ok {
				if id, ok := ast.Unparen(s.Value).(*ast.Ident); ok {
					if c := from[w.info.Uses[id]]; c != nil && c == w.channelOf(s.Chan) {
						w.back[c] = true
					}
				}
			}
			return true
		})
	}
	return w.back
}

// freshSends weaves the sends that a fresh directive speaks for, or one over the
// function they are in: they send under none.
//
//	ch <- v  becomes  mute();ch <- v;unmute()
func (w *Channels) freshSends() {
	for _, f := range w.files {
		if f.fresh != nil {
			w.freshSendsOf(f)
		}
	}
}

func (w *Channels) freshSendsOf(f *file) {
	for _, d := range f.ast.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Body == nil {
			continue
		}
		stmt := 0 // the line of the last fresh go statement: its directive is not the literal's
		var walk func(root ast.Node, fresh bool)
		walk = func(root ast.Node, fresh bool) {
			ast.Inspect(root, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.GoStmt:
					if f.isFresh(n) {
						stmt = f.line(n)
					}
				case *ast.FuncLit:
					if !fresh && f.isFresh(n) && f.line(n) != stmt && !f.taken[f.line(n)] {
						walk(n.Body, true)
						return false
					}
				case *ast.SelectStmt:
					for _, c := range n.Body.List {
						c := c.(*ast.CommClause)
						s, sends := c.Comm.(*ast.SendStmt)
						if !sends || !fresh && !f.isFresh(s) {
							continue
						}
						f.before(n, part{text: w.runtimeFunc("mute", "()") + "();"})
						for _, c := range n.Body.List {
							f.open(c.(*ast.CommClause).Colon, " "+w.runtimeFunc("unmute", "()")+"();")
						}
						w.site("fresh", f, s, declName(fd), "")
						break
					}
					for _, c := range n.Body.List {
						for _, s := range c.(*ast.CommClause).Body {
							walk(s, fresh)
						}
					}
					return false
				case *ast.SendStmt:
					if fresh || f.isFresh(n) {
						f.before(n, part{text: w.runtimeFunc("mute", "()") + "();"})
						f.after(n, ";"+w.runtimeFunc("unmute", "()")+"()")
						w.site("fresh", f, n, declName(fd), "")
					}
				}
				return true
			})
		}
		walk(fd.Body, f.isFresh(fd))
	}
}

// Channels are a package's channels that carry.
type Channels struct {
	*Funcs
	jobCalls map[*unit][]jobCall   // calls that may return what was received
	jobs     map[*unit]bool        // those that return what they have received
	back     map[types.Object]bool // channels that things go back to
}

func newChannels(funcs *Funcs) *Channels {
	return &Channels{Funcs: funcs, jobCalls: map[*unit][]jobCall{}, jobs: map[*unit]bool{}}
}

// Gather notes where a unit receives from a channel that may carry. What is a message
// comes with its own.
func (w *Channels) Gather(u *unit, n ast.Node, path []ast.Node) {
	if !w.channels {
		return
	}
	if k := len(u.works); k > 0 && u.works[k-1].node == n {
		return
	}
	if r := w.fromChannel(n, path); r != nil {
		r.path = append([]ast.Node(nil), path...)
		u.works = append(u.works, r)
	}
	if call, ok := n.(*ast.CallExpr); ok && w.mayReturnJob(call, path) {
		w.jobCalls[u] = append(w.jobCalls[u], jobCall{call, append([]ast.Node(nil), path...)})
	}
}

// Weave weaves nothing but what the unit receives.
func (w *Channels) Weave(*extents) {}

// Holds reports whether a variable of type t may hold work.
func (w *Channels) Holds(_ *work, t types.Type) bool { return isWork(t) }

// Same returns false: an element is known where it is received alone.
func (w *Channels) Same(types.Type) bool { return false }

// Refuse returns why an element is no work, or "".
func (w *Channels) Refuse(x *extents, r *work, loops []ast.Stmt) string {
	switch {
	case !x.u.handsWork && (!w.serving(x.u, loops) || leaves(r.path)):
		return "it is received once, or so many times: an answer"
	case w.recycled(r):
		return "its channel is a store that things go back to"
	}
	return ""
}

// Flags says whether something else was received before in the same round.
func (w *Channels) Flags(x *extents, r *work) int {
	if w.second(x, r) {
		return flagNested
	}
	return 0
}

// Func returns what makes current what came with an element.
func (w *Channels) Func(r *work, flags int) string {
	if r.helper {
		return w.takenFunc(r, flags)
	}
	return w.gotFunc(r, flags)
}

// fact is what the package's facts say of a unit that returns what it received.
func (w *Channels) fact(u *unit) string {
	if w.jobs[u] {
		return "j"
	}
	return ""
}
