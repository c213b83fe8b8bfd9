package weave

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
)

// What happens where work is handed to a function of Go's own that takes the
// mark: time.AfterFunc, sync's WaitGroup.Go.
//
//	wg.Go(f)  becomes  wg.Go(marked(f))
//
// marked returns what it is given, and raises the mark: it is the last thing
// that happens before the call. The function called takes the mark down, and
// makes the context that it handed on the one that f runs under. So nothing is
// allocated here, and calls that are not in scope, such as those of Go's own
// packages, hand nothing on.
//
// A reference that is no such call, a function value say, becomes a func that
// raises the mark and calls:
//
//	start := wg.Go  becomes  start := marking(wg.Go)

// markCalls weaves the references to functions that take the mark.
func (w *HandOffs) markCalls() {
	marks := w.markSet()
	for _, f := range w.files {
		for _, d := range f.ast.Decls {
			name := "package level"
			if fd, ok := d.(*ast.FuncDecl); ok {
				name = declName(fd)
			}
			var path []ast.Node
			ast.Inspect(d, func(n ast.Node) bool {
				if n == nil {
					path = path[:len(path)-1]
					return true
				}
				if id, ok := n.(*ast.Ident); ok {
					if fn, ok := w.info.Uses[id].(*types.Func); ok && marks[fn.FullName()] {
						w.mark(f, name, id, path)
					}
				}
				path = append(path, n)
				return true
			})
		}
	}
}

// mark weaves one reference. path holds its ancestors, outermost first.
func (w *HandOffs) mark(f *file, name string, id *ast.Ident, path []ast.Node) {
	if f.freshHandOff(path) {
		w.site("hand-off", f, id, name, freshDirective)
		return
	}
	var e ast.Expr = id
	up := func() ast.Node {
		if len(path) == 0 {
			return nil
		}
		return path[len(path)-1]
	}
	if sel, ok := up().(*ast.SelectorExpr); ok && sel.Sel == id {
		e, path = sel, path[:len(path)-1]
	}
	for {
		p, ok := up().(*ast.ParenExpr)
		if !ok {
			break
		}
		e, path = p, path[:len(path)-1]
	}
	if call, ok := up().(*ast.CallExpr); ok && call.Fun == e && w.serve && !f.inherits(call) {
		if how := w.markServes(w.info.Uses[id].(*types.Func).FullName(), call, path); how != "" && !w.shed(f, name, call.Args[len(call.Args)-1]) {
			w.site("hand-off", f, id, name, how)
			return
		}
	}
	w.site("hand-off", f, id, name, "")
	if call, ok := up().(*ast.CallExpr); ok && call.Fun == e && w.direct(call, path[:len(path)-1]) {
		last := call.Args[len(call.Args)-1]
		f.before(last, part{text: w.markedFunc() + "("})
		f.after(last, ")")
		return
	}
	sig := w.info.TypeOf(e).Underlying().(*types.Signature)
	f.before(e, part{text: w.markingFunc(sig) + "("})
	f.after(e, ")")
}

// markServes tells why what is handed over to a function that takes the mark is not
// its caller's, or "".
func (w *HandOffs) markServes(name string, call *ast.CallExpr, path []ast.Node) string {
	if name == "(*testing.T).Run" || len(call.Args) == 0 {
		return ""
	}
	if how := w.servesAs(call.Args[len(call.Args)-1]); how != "" {
		return how
	}
	return w.timerServes(name, call, path)
}

// freshHandOff tells whether a directive speaks for a reference: it is the
// statement's that the reference is in, or that of a function around it. What
// a fresh statement runs is not fresh itself.
func (f *file) freshHandOff(path []ast.Node) bool {
	inner := true // no function yet between n and the reference
	for i := len(path) - 1; i >= 0; i-- {
		n := path[i]
		switch n.(type) {
		case *ast.FuncDecl:
			return f.isFresh(n)
		case *ast.FuncLit:
			if f.isFresh(n) && !f.taken[f.line(n)] && !f.spawned(n, path[:i]) {
				return true
			}
			inner = false
		case *ast.CallExpr, *ast.ExprStmt, *ast.AssignStmt, *ast.ValueSpec, *ast.GoStmt, *ast.DeferStmt, *ast.ReturnStmt:
			if inner && f.isFresh(n) {
				if f.taken == nil {
					f.taken = map[int]bool{}
				}
				f.taken[f.line(n)] = true
				return true
			}
		}
	}
	return false
}

// spawned tells whether a function literal is part of a go statement on its
// line.
func (f *file) spawned(lit ast.Node, path []ast.Node) bool {
	return slices.ContainsFunc(path, func(n ast.Node) bool {
		_, ok := n.(*ast.GoStmt)
		return ok && f.line(n) == f.line(lit)
	})
}

// direct tells whether the mark can be raised with the call's last argument:
// the call follows at once, and the argument's type is its own.
func (w *HandOffs) direct(call *ast.CallExpr, path []ast.Node) bool {
	if len(path) > 0 {
		switch path[len(path)-1].(type) {
		case *ast.GoStmt, *ast.DeferStmt:
			return false
		}
	}
	if len(call.Args) == 0 || call.Ellipsis.IsValid() {
		return false
	}
	last := call.Args[len(call.Args)-1]
	if _, tuple := w.info.TypeOf(last).(*types.Tuple); tuple || w.info.Types[last].IsNil() {
		return false
	}
	typed, _ := (&hoister{w: w.Pass}).natural(last)
	return typed
}

// markedFunc returns the name of the generic function that raises the mark.
func (w *HandOffs) markedFunc() string {
	name := Prefix + "marked"
	w.need[fmt.Sprintf("func %s[T any](v T) T { %s(); return v }\n", name, w.runtimeFunc("mark", "()"))] = true
	return name
}

// markingFunc returns the name of the function that makes funcs of a
// shape raise the mark when they are called.
func (w *HandOffs) markingFunc(sig *types.Signature) string {
	sh := w.shape(sig)
	name := Prefix + "marking" + sh.name
	w.need[fmt.Sprintf("func %s%s(f %s) %[3]s { return func(%[4]s)%[5]s { %[6]s(); %[7]s } }\n",
		name, sh.typeParams(), sh.typ, sh.params, sh.results, w.runtimeFunc("mark", "()"), sh.call)] = true
	return name
}

func (w *Pass) markSet() map[string]bool {
	marks := map[string]bool{}
	for _, name := range w.Marks {
		marks[name] = true
	}
	return marks
}
