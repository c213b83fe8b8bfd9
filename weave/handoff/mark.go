package handoff

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/spawn"
	"github.com/drift-go/drift-toolexec/weave/splice"
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

// WeaveMarks weaves the references to functions that take the mark.
func (w *Weaver) WeaveMarks() {
	marks := w.markSet()
	w.EachDecl(func(f *pass.File, name string, d ast.Decl) {
		f.Walk(d, func(n ast.Node, path []ast.Node, _ bool) bool {
			if id, ok := n.(*ast.Ident); ok {
				if fn, ok := w.Info.Uses[id].(*types.Func); ok && marks[fn.FullName()] {
					w.mark(f, name, id, path)
				}
			}
			return true
		})
	})
}

// mark weaves one reference. path holds its ancestors, outermost first.
func (w *Weaver) mark(f *pass.File, name string, id *ast.Ident, path []ast.Node) {
	if freshHandOff(f, path) {
		w.Report(pass.SiteHandOff, f, id, name, pass.FreshDirective)
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
	if call, ok := up().(*ast.CallExpr); ok && call.Fun == e && w.Plan.Serve && !f.Inherits(call) {
		if how := w.markServes(w.Info.Uses[id].(*types.Func).FullName(), call, path); how != "" && !w.Shed(f, name, call.Args[len(call.Args)-1]) {
			w.Report(pass.SiteHandOff, f, id, name, how)
			return
		}
	}
	w.Report(pass.SiteHandOff, f, id, name, "")
	if call, ok := up().(*ast.CallExpr); ok && call.Fun == e && w.direct(call, path[:len(path)-1]) {
		last := call.Args[len(call.Args)-1]
		f.Before(last, splice.Part{Text: w.markedFunc() + "("})
		f.After(last, ")")
		return
	}
	sig := w.Info.TypeOf(e).Underlying().(*types.Signature)
	f.Before(e, splice.Part{Text: w.markingFunc(sig) + "("})
	f.After(e, ")")
}

// markServes tells why what is handed over to a function that takes the mark is not
// its caller's, or "".
func (w *Weaver) markServes(name string, call *ast.CallExpr, path []ast.Node) string {
	if name == "(*testing.T).Run" || len(call.Args) == 0 {
		return ""
	}
	if how := w.ServesAs(call.Args[len(call.Args)-1]); how != "" {
		return how
	}
	return w.timerServes(name, call, path)
}

// freshHandOff reports whether a directive speaks for a reference: it is the
// statement's that the reference is in, or that of a function around it. What
// a fresh statement runs is not fresh itself.
func freshHandOff(f *pass.File, path []ast.Node) bool {
	inner := true // no function yet between n and the reference
	for i := len(path) - 1; i >= 0; i-- {
		n := path[i]
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			if f.IsFresh(n) {
				return true
			}
			inner = false
		case *ast.CallExpr, *ast.ExprStmt, *ast.AssignStmt, *ast.ValueSpec, *ast.GoStmt, *ast.DeferStmt, *ast.ReturnStmt:
			if inner && f.IsFresh(n) {
				f.Claim(n)
				return true
			}
		}
	}
	return false
}

// direct reports whether the mark can be raised with the call's last argument:
// the call follows at once, and the argument's type is its own.
func (w *Weaver) direct(call *ast.CallExpr, path []ast.Node) bool {
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
	if _, tuple := w.Info.TypeOf(last).(*types.Tuple); tuple || w.Info.Types[last].IsNil() {
		return false
	}
	typed, _ := (&spawn.Hoister{Pass: w.Pass}).Natural(last)
	return typed
}

// markedFunc returns the name of the generic function that raises the mark.
func (w *Weaver) markedFunc() string {
	name := pass.Prefix + "marked"
	w.Declare(fmt.Sprintf("func %s[T any](v T) T { %s(); return v }\n", name, w.Reach(&seam.Mark)))
	return name
}

// markingFunc returns the name of the function that makes funcs of a
// shape raise the mark when they are called.
func (w *Weaver) markingFunc(sig *types.Signature) string {
	sh := w.Shape(sig)
	name := pass.Prefix + "marking" + sh.Name
	w.Declare(fmt.Sprintf("func %s%s(f %s) %[3]s { return func(%[4]s)%[5]s { %[6]s(); %[7]s } }\n",
		name, sh.TypeParams(), sh.Typ, sh.Params, sh.Results, w.Reach(&seam.Mark), sh.Call))
	return name
}

func (w *Weaver) markSet() map[string]bool {
	marks := map[string]bool{}
	for _, name := range w.Marks {
		marks[name] = true
	}
	return marks
}
