package handoff

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// What happens at a call that a fresh directive speaks for:
//
//	err := cmd.Run() //drift:fresh  becomes  err := none(cmd.Run)()
//
// none returns a func that calls the one it is given under no context, whatever
// that makes of it: a pool, a child process, a request. A ctx among the
// arguments is the user's own doing.

// WeaveFreshCalls weaves the calls that fresh directives speak for.
func (w *Weaver) WeaveFreshCalls() {
	marks := w.markSet()
	w.EachDecl(func(f *pass.File, name string, d ast.Decl) {
		if !f.HasFresh() {
			return
		}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.ExprStmt, *ast.AssignStmt, *ast.ReturnStmt, *ast.DeferStmt, *ast.DeclStmt:
				if f.IsFresh(n) {
					w.freshStatement(f, name, n, marks)
				}
			}
			return true
		})
	})
}

// freshStatement weaves the calls of a statement that are in no other's operands
// and in no func literal.
func (w *Weaver) freshStatement(f *pass.File, name string, stmt ast.Node, marks map[string]bool) {
	ast.Inspect(stmt, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false
		}
		call, ok := n.(*ast.CallExpr)
		if !ok || w.Info.Types[ast.Unparen(call.Fun)].IsType() || w.Info.Types[ast.Unparen(call.Fun)].IsBuiltin() {
			return true
		}
		if fn := typeutil.StaticCallee(w.Info, call); fn != nil && marks[fn.FullName()] {
			return false // it takes the mark, which is not raised
		}
		if _, lit := ast.Unparen(call.Fun).(*ast.FuncLit); lit || w.instantiated(call.Fun) {
			return false
		}
		sig, ok := pass.Core(w.Info.TypeOf(call.Fun)).(*types.Signature)
		if !ok {
			return false
		}
		f.Before(call.Fun, splice.Part{Text: w.noneFunc(sig) + "("})
		f.After(call.Fun, ")")
		w.Report(pass.SiteFresh, f, call, name, "")
		return false
	})
}

// instantiated reports whether a generic function is called whose type arguments
// are told by the call: it is no value by itself.
func (w *Weaver) instantiated(fun ast.Expr) bool {
	switch e := ast.Unparen(fun).(type) {
	case *ast.Ident:
		_, ok := w.Info.Instances[e]
		return ok
	case *ast.SelectorExpr:
		_, ok := w.Info.Instances[e.Sel]
		return ok
	case *ast.IndexExpr:
		return w.instantiated(e.X)
	case *ast.IndexListExpr:
		return w.instantiated(e.X)
	}
	return false
}

// noneFunc returns the name of the function that makes funcs of a shape run
// under no context.
func (w *Weaver) noneFunc(sig *types.Signature) string {
	sh := w.Shape(sig)
	name := pass.Prefix + "none" + sh.Name
	w.Declare(fmt.Sprintf("func %s%s(f %s) %[3]s { return %[4]s }\n", name, sh.TypeParams(), sh.Typ, w.under(sh, "nil")))
	return name
}

// WeaveFreshWork weaves the calls that hand a func which serves to a function of which a
// hook says that it runs that: it is called under none.
func (w *Weaver) WeaveFreshWork() {
	offs := map[string]bool{}
	for _, name := range w.HandOffs {
		offs[name] = true
	}
	w.EachDecl(func(f *pass.File, name string, d ast.Decl) {
		f.Walk(d, func(n ast.Node, path []ast.Node, _ bool) bool {
			if call, ok := n.(*ast.CallExpr); ok && !f.Inherits(call) {
				w.freshHandOff(f, name, call, offs, path[1:]) // what a hook binds is not fresh by the declaration
			}
			return true
		})
	})
}

func (w *Weaver) freshHandOff(f *pass.File, in string, call *ast.CallExpr, offs map[string]bool, path []ast.Node) {
	fn := w.Callee(call)
	if fn == nil || !offs[fn.Origin().FullName()] || w.instantiated(call.Fun) || freshHandOff(f, path) {
		return
	}
	for _, a := range call.Args {
		how := w.ServesAs(a)
		if how == "" || w.Shed(f, in, a) {
			continue
		}
		sig, ok := pass.Core(w.Info.TypeOf(call.Fun)).(*types.Signature)
		if !ok {
			return
		}
		f.Before(call.Fun, splice.Part{Text: w.noneFunc(sig) + "("})
		f.After(call.Fun, ")")
		w.Report(pass.SiteHandOff, f, call, in, how)
		return
	}
}
