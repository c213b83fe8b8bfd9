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

// makes weaves the channels that a file makes.
func (w *weaver) makes(f *file) {
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
func (w *weaver) make(f *file, in string, call *ast.CallExpr) {
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
func (w *weaver) isMake(call *ast.CallExpr) bool {
	fun := ast.Unparen(call.Fun)
	if !w.info.Types[fun].IsBuiltin() {
		return false
	}
	id, ok := fun.(*ast.Ident)
	return ok && w.info.Uses[id] != nil && w.info.Uses[id].Name() == "make" && len(call.Args) > 0
}

// madeFunc returns the name of the generic function that makes a channel that carries.
func (w *weaver) madeFunc() string {
	made, makechan := Prefix+"made", Prefix+"makechan"
	w.need[fmt.Sprintf("//go:linkname %s runtime.driftMakechan\nfunc %[1]s(t %[2]sunsafe.Pointer, size int64) %[2]sunsafe.Pointer\n", makechan, Prefix)] = true
	w.need[fmt.Sprintf("func %s[C any, N ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](size N) (c C) { var typ any = c; p := %s(*(*%[3]sunsafe.Pointer)(%[3]sunsafe.Pointer(&typ)), %[3]ssize(size)); return *(*C)(%[3]sunsafe.Pointer(&p)) }\n", made, makechan, Prefix)] = true
	w.need[fmt.Sprintf("func %[1]ssize[N ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](size N) int64 { n := int64(size); if (n < 0) != (size < 0) { n = -1 }; return n }\n", Prefix)] = true
	return made
}

// fromChannel returns what an operation receives from a channel that may carry, nil
// if that is dropped or no work.
func (w *weaver) fromChannel(n ast.Node, path []ast.Node) *receive {
	switch n := n.(type) {
	case *ast.UnaryExpr:
		if n.Op != token.ARROW || !isWork(w.elem(n.X)) {
			return nil
		}
		into := commaOK(n, path)
		if into != nil && isBlank(into) || into == nil && w.blankly(n, path) {
			return nil
		}
		return &receive{node: n, kind: -1, carried: true, results: 1, into: into}
	case *ast.RangeStmt:
		t := w.info.TypeOf(n.X)
		if t == nil || n.Key == nil || isBlank(n.Key) {
			return nil
		}
		if c, ok := core(t).(*types.Chan); ok && isWork(c.Elem()) {
			return &receive{node: n, kind: -1, carried: true, into: n.Key}
		}
	}
	return nil
}

// blankly tells whether an expression is assigned to _ alone.
func (w *weaver) blankly(n ast.Expr, path []ast.Node) bool {
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
func (w *weaver) mayReturnJob(n *ast.CallExpr, path []ast.Node) bool {
	tv := w.info.Types[n]
	if tv.Type == nil || tv.Value != nil || tv.IsVoid() || dropped(n, path) || !w.mayHand(n) {
		return false
	}
	return w.jobIn(tv.Type) >= 0
}

// jobIn returns which of a call's results may be work, -1 for none.
func (w *weaver) jobIn(t types.Type) int {
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
func (w *weaver) returnJobs(units []*unit) {
	for changed := true; changed; {
		changed = false
		for _, u := range units {
			for i, c := range u.jobCalls {
				if c.call == nil || !w.returnsJob(c.call) {
					continue
				}
				u.jobCalls[i].call = nil
				t := w.info.TypeOf(c.call)
				r := &receive{node: c.call, path: c.path, kind: -1, carried: true, helper: true, results: 1, index: w.jobIn(t)}
				if tuple, ok := t.(*types.Tuple); ok {
					r.results = tuple.Len()
				}
				u.receives = append(u.receives, r)
				changed = true
			}
			if !u.job && w.handsJob(u) {
				u.job, changed = true, true
			}
		}
	}
}

// returnsJob tells whether the function that is called returns what it has received.
func (w *weaver) returnsJob(call *ast.CallExpr) bool {
	if u := w.unitOf(call); u != nil {
		return u.job
	}
	fn := w.callee(call)
	return fn != nil && w.fact(fn.Origin(), 'j')
}

// handsJob tells whether a unit returns what it has received from a channel.
func (w *weaver) handsJob(u *unit) bool {
	if u.typ == nil || u.typ.Results == nil {
		return false
	}
	for _, r := range u.receives {
		if !r.carried {
			continue
		}
		v := w.receivedVar(r)
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

func (w *weaver) isUse(e ast.Expr, v *types.Var) bool {
	id, ok := e.(*ast.Ident)
	return ok && w.info.Uses[id] == types.Object(v)
}

// gotFunc returns the text that makes current what came with an element, and for an
// expression the name of the function that does and passes it on.
func (w *weaver) gotFunc(r *receive, flags int) string {
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
func (w *weaver) serving(u *unit, loops []ast.Stmt) bool {
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
func (x *extents) second(r *receive) bool {
	var loop ast.Node
	for _, n := range r.path {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			loop = n
		}
	}
	for _, o := range x.u.receives {
		if o == r || !o.carried || o.node.Pos() >= r.node.Pos() || loop == nil || !within(o.node.Pos(), loop) {
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
func (w *weaver) recycled(r *receive) bool {
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
func (w *weaver) channelOf(e ast.Expr) types.Object {
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
func (w *weaver) backInto() map[types.Object]bool {
	if w.back != nil {
		return w.back
	}
	w.back = map[types.Object]bool{}
	from := map[types.Object]types.Object{} // of variables: the channel
	for _, u := range w.all {
		for _, r := range u.receives {
			if n, ok := r.node.(*ast.UnaryExpr); ok && r.carried {
				if v := w.receivedVar(r); v != nil {
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
func (w *weaver) freshSends(f *file) {
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

// chain writes what a loop over a channel does with what came with its elements: the
// next one ends what the one before had, and what leaves the loop the last.
func (x *extents) chain(rng *ast.RangeStmt, flags int, drops []*point) {
	t := x.token("uint64(0)")
	drop := fmt.Sprintf("%s(%s)", x.w.runtimeFunc("drop", "(token uint64)"), t)
	x.late = append(x.late, late{rng.Body.Lbrace, fmt.Sprintf("%[1]s = %[2]s(%[1]s, %[3]d);", t, x.w.runtimeFunc("gotNext", "(token uint64, flags uint32) uint64"), flags)})
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
