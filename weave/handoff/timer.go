package handoff

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/pass"
)

// Timers. A func that hands itself to a timer is fresh from then on, and so is one
// that takes nothing from the function that arms the timer but its receiver: it
// serves shared work.

// timerServes tells why what a call of time.AfterFunc or a timer's Reset arms is not
// its caller's, or "". path holds the call's ancestors, outermost first.
func (w *Weaver) timerServes(name string, call *ast.CallExpr, path []ast.Node) string {
	arming := w.Around(path)
	if arming == nil {
		return ""
	}
	switch name {
	case "(*time.Timer).Reset":
		if w.timed()[arming] {
			return "it is the timer's own func that arms it again"
		}
		return ""
	case "time.AfterFunc":
	default:
		return ""
	}
	if len(call.Args) != 2 {
		return ""
	}
	if u := w.UnitOfValue(call.Args[1]); u != nil && u == arming {
		return "it hands itself to a timer"
	}
	if !w.takesFrom(call.Args[1], arming) {
		return "it takes nothing from the function that arms the timer: what it does is shared"
	}
	return ""
}

// timed returns the units that are handed to time.AfterFunc.
func (w *Weaver) timed() map[*extent.Unit]bool {
	if w.timers != nil {
		return w.timers
	}
	w.timers = map[*extent.Unit]bool{}
	for _, f := range w.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 2 {
				if fn := w.Callee(call); fn != nil && fn.FullName() == "time.AfterFunc" {
					if u := w.UnitOfValue(call.Args[1]); u != nil {
						w.timers[u] = true
					}
				}
			}
			return true
		})
	}
	return w.timers
}

// takesFrom reports whether a func takes something from the function that arms a timer
// with it, other than its receiver: a variable of that, or one of the functions around
// it which is not shared, as what a literal assigns to and a lock are.
func (w *Weaver) takesFrom(e ast.Expr, u *extent.Unit) bool {
	return w.takes(e, u, map[types.Object]bool{})
}

func (w *Weaver) takes(e ast.Expr, u *extent.Unit, seen map[types.Object]bool) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return !found
		}
		v, ok := w.Info.Uses[id].(*types.Var)
		if !ok || v.IsField() || extent.IsGlobal(v) || pass.Within(v.Pos(), e) || u.Recv != nil && pass.Within(v.Pos(), u.Recv) || seen[v] {
			return true
		}
		seen[v] = true
		switch lit := w.Lits[v]; {
		case u.Start <= v.Pos() && v.Pos() < u.Body.End():
			found = true
		case lit != nil:
			found = w.takes(lit, u, seen)
		default:
			found = !w.sharedVar(v)
		}
		return !found
	})
	return found
}

// sharedVar reports whether a function's variable is state that several share: a literal
// assigns to it, or it is one of package sync's.
func (w *Weaver) sharedVar(v *types.Var) bool {
	if strings.HasPrefix(strings.TrimLeft(types.TypeString(v.Type(), nil), "*"), "sync.") {
		return true
	}
	shared := false
	for _, u := range w.All {
		if u.Lit == nil || pass.Within(v.Pos(), u.Lit) || shared {
			continue
		}
		ast.Inspect(u.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					root, _ := w.Root(l)
					shared = shared || root == v
				}
			case *ast.IncDecStmt:
				root, _ := w.Root(n.X)
				shared = shared || root == v
			}
			return !shared
		})
	}
	return shared
}
