package weave

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// What happens at a call that a fresh directive speaks for:
//
//	err := cmd.Run() //drift:fresh  becomes  err := none(cmd.Run)()
//
// none returns a func that calls the one it is given under no context, whatever
// that makes of it: a pool, a child process, a request. A ctx among the
// arguments is the user's own doing.

// freshCalls weaves the calls that fresh directives speak for.
func (w *HandOffs) freshCalls() {
	marks := w.markSet()
	for _, f := range w.files {
		if f.fresh == nil {
			continue
		}
		for _, d := range f.ast.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Body == nil {
				continue
			}
			ast.Inspect(fd.Body, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.ExprStmt, *ast.AssignStmt, *ast.ReturnStmt, *ast.DeferStmt, *ast.DeclStmt:
					if f.isFresh(n) {
						w.freshStatement(f, declName(fd), n, marks)
					}
				}
				return true
			})
		}
	}
}

// freshStatement weaves the calls of a statement that are in no other's operands
// and in no func literal.
func (w *HandOffs) freshStatement(f *file, name string, stmt ast.Node, marks map[string]bool) {
	ast.Inspect(stmt, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false
		}
		call, ok := n.(*ast.CallExpr)
		if !ok || w.info.Types[ast.Unparen(call.Fun)].IsType() || w.info.Types[ast.Unparen(call.Fun)].IsBuiltin() {
			return true
		}
		if fn := typeutil.StaticCallee(w.info, call); fn != nil && marks[fn.FullName()] {
			return false // it takes the mark, which is not raised
		}
		if _, lit := ast.Unparen(call.Fun).(*ast.FuncLit); lit || w.instantiated(call.Fun) {
			return false
		}
		sig, ok := core(w.info.TypeOf(call.Fun)).(*types.Signature)
		if !ok {
			return false
		}
		f.before(call.Fun, part{text: w.noneFunc(sig) + "("})
		f.after(call.Fun, ")")
		w.site("fresh", f, call, name, "")
		return false
	})
}

// instantiated tells whether a generic function is called whose type arguments
// are told by the call: it is no value by itself.
func (w *HandOffs) instantiated(fun ast.Expr) bool {
	switch e := ast.Unparen(fun).(type) {
	case *ast.Ident:
		_, ok := w.info.Instances[e]
		return ok
	case *ast.SelectorExpr:
		_, ok := w.info.Instances[e.Sel]
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
func (w *HandOffs) noneFunc(sig *types.Signature) string {
	sh := w.shape(sig)
	name := Prefix + "none" + sh.name
	w.need[fmt.Sprintf("func %s%s(f %s) %[3]s { return %[4]s }\n", name, sh.typeParams(), sh.typ, w.under(sh, "nil"))] = true
	return name
}

// freshWork weaves the calls that hand a func which serves to a function of which a
// hook says that it runs that: it is called under none.
func (w *HandOffs) freshWork() {
	offs := map[string]bool{}
	for _, name := range w.HandOffs {
		offs[name] = true
	}
	for _, f := range w.files {
		for _, d := range f.ast.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Body == nil {
				continue
			}
			var path []ast.Node
			ast.Inspect(fd.Body, func(n ast.Node) bool {
				if n == nil {
					path = path[:len(path)-1]
					return true
				}
				if call, ok := n.(*ast.CallExpr); ok && !f.inherits(call) {
					w.freshHandOff(f, declName(fd), call, offs, path)
				}
				path = append(path, n)
				return true
			})
		}
	}
}

func (w *HandOffs) freshHandOff(f *file, in string, call *ast.CallExpr, offs map[string]bool, path []ast.Node) {
	fn := w.callee(call)
	if fn == nil || !offs[fn.Origin().FullName()] || w.instantiated(call.Fun) || f.freshHandOff(path) {
		return
	}
	for _, a := range call.Args {
		how := w.servesAs(a)
		if how == "" || w.shed(f, in, a) {
			continue
		}
		sig, ok := core(w.info.TypeOf(call.Fun)).(*types.Signature)
		if !ok {
			return
		}
		f.before(call.Fun, part{text: w.noneFunc(sig) + "("})
		f.after(call.Fun, ")")
		w.site("hand-off", f, call, in, how)
		return
	}
}
