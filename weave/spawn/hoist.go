package spawn

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// Hoister moves calls, and what must stay in order with them, out of one go
// statement's operands.
type Hoister struct {
	Pass  *pass.Pass
	f     *pass.File
	stmt  *ast.GoStmt
	n     int
	names []string // of the variables to assign, and what to assign to them
	units []ast.Expr
}

func (h *Hoister) call(c *ast.CallExpr) {
	if !h.effect(c.Fun) && !slices.ContainsFunc(c.Args, h.effect) {
		return
	}
	if len(c.Args) == 1 {
		if t, ok := h.Pass.Info.TypeOf(c.Args[0]).(*types.Tuple); ok {
			if h.effect(c.Fun) {
				h.inside(c.Fun)
			}
			h.results(c.Args[0], t.Len())
			return
		}
	}
	h.callee(ast.Unparen(c.Fun))
	for _, a := range c.Args {
		h.operand(a)
	}
}

// callee hoists what a go statement calls: a func value, or what a method is
// called on where that is no variable whose address the method may take.
func (h *Hoister) callee(e ast.Expr) {
	if s, ok := e.(*ast.SelectorExpr); ok && h.kind(s) == types.MethodVal {
		if tv := h.Pass.Info.Types[s.X]; !tv.Addressable() || pointer(tv.Type) {
			h.operand(s.X)
		} else {
			h.inside(s.X)
		}
		return
	}
	if !h.Pass.Info.Types[e].IsValue() {
		return
	}
	h.operand(e)
	if h.effect(e) {
		h.assign() // a callee that calls comes wholly before the arguments
	}
}

// kind returns what a selector selects, or -1 for a package's member.
func (h *Hoister) kind(e *ast.SelectorExpr) types.SelectionKind {
	if s := h.Pass.Info.Selections[e]; s != nil {
		return s.Kind()
	}
	return -1
}

// results hoists the call whose results are all the arguments.
func (h *Hoister) results(call ast.Expr, n int) {
	h.assign() // the callee's calls come first
	for range n {
		h.names = append(h.names, h.name())
	}
	h.units = append(h.units, call)
	h.f.Replace(call, strings.Join(h.names, ", "))
}

// operand hoists an operand, as a whole where its type does not depend on
// what it is passed to.
func (h *Hoister) operand(e ast.Expr) {
	if h.fixed(e) {
		return
	}
	typed, boolean := h.Natural(e)
	switch arg, ok := h.address(e); {
	case ok:
		h.operand(arg)
	case typed:
		h.unit(e, "%s")
	case boolean:
		h.unit(e, untyped)
	default:
		h.parts(e)
	}
}

// parts hoists the operands of an untyped number: its type is that of the
// place it stands in.
func (h *Hoister) parts(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		h.operand(e.X)
	case *ast.UnaryExpr:
		h.operand(e.X)
	case *ast.BinaryExpr:
		h.operand(e.X)
		h.operand(e.Y)
	case *ast.CallExpr:
		for _, a := range e.Args {
			h.operand(a)
		}
	}
}

func (h *Hoister) name() string {
	h.n++
	return fmt.Sprintf("%s%d", pass.Prefix, h.n)
}

// unit hoists an expression into a variable and leaves that in its place.
func (h *Hoister) unit(e ast.Expr, use string) {
	n := h.name()
	h.names = append(h.names, n)
	h.units = append(h.units, e)
	h.f.Replace(e, fmt.Sprintf(use, n))
}

// assign writes the assignment of all that was hoisted since the last one.
func (h *Hoister) assign() {
	if len(h.names) == 0 {
		return
	}
	h.f.Before(h.stmt, splice.Part{Text: strings.Join(h.names, ", ") + " := "})
	for i, e := range h.units {
		if i > 0 {
			h.f.Before(h.stmt, splice.Part{Text: ", "})
		}
		h.f.Before(h.stmt, splice.Part{Node: e})
	}
	h.f.Before(h.stmt, splice.Part{Text: ";"})
	h.names, h.units = nil, nil
}

// inside hoists the operands of an expression that must stay where it is, for
// its address may be taken.
func (h *Hoister) inside(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		h.inside(e.X)
	case *ast.SelectorExpr:
		h.inside(e.X)
	case *ast.StarExpr:
		h.inside(e.X)
	case *ast.IndexExpr:
		h.inside(e.X)
		h.operand(e.Index)
	default:
		h.operand(e)
	}
}

// effect reports whether evaluating e runs a function or receives.
func (h *Hoister) effect(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.CallExpr:
			if h.unevaluated(n) {
				return false
			}
			found = found || h.runsCode(n)
		}
		return !found
	})
	return found
}

// runsCode tells a function call from a conversion and a builtin.
func (h *Hoister) runsCode(c *ast.CallExpr) bool {
	tv := h.Pass.Info.Types[ast.Unparen(c.Fun)]
	return !tv.IsType() && !tv.IsBuiltin()
}

// unevaluated reports whether a call's arguments serve for their type alone, as
// those of unsafe.Sizeof do.
func (h *Hoister) unevaluated(c *ast.CallExpr) bool {
	if h.Pass.Info.Types[c].Value != nil {
		return true
	}
	b, ok := h.builtin(c)
	return ok && (b == "Sizeof" || b == "Alignof" || b == "Offsetof")
}

// builtin returns the name of the builtin that is called.
func (h *Hoister) builtin(c *ast.CallExpr) (name string, ok bool) {
	fun := ast.Unparen(c.Fun)
	if !h.Pass.Info.Types[fun].IsBuiltin() {
		return "", false
	}
	if s, ok := fun.(*ast.SelectorExpr); ok {
		fun = s.Sel
	}
	id, ok := fun.(*ast.Ident)
	if !ok {
		return "", false
	}
	return h.Pass.Info.Uses[id].Name(), true // the name may be an import's with a dot
}

// fixed reports whether it makes no difference when e is evaluated: it is a
// constant, nil, a function, or a variable, which is read last in any case.
func (h *Hoister) fixed(e ast.Expr) bool {
	if tv := h.Pass.Info.Types[e]; tv.Value != nil || tv.IsNil() {
		return true
	}
	switch e := e.(type) {
	case *ast.Ident, *ast.FuncLit:
		return true
	case *ast.ParenExpr:
		return h.fixed(e.X)
	case *ast.UnaryExpr:
		return e.Op == token.AND && h.fixed(e.X) && !h.literal(e.X)
	case *ast.SelectorExpr:
		k := h.kind(e)
		return k == types.MethodExpr || k < 0
	case *ast.IndexExpr:
		return h.function(e.X)
	case *ast.IndexListExpr:
		return true
	}
	return false
}

func (h *Hoister) literal(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.CompositeLit)
	return ok
}

// function reports whether e names a function: one with type arguments may have
// more of them inferred from where it stands.
func (h *Hoister) function(e ast.Expr) bool {
	e = ast.Unparen(e)
	if s, ok := e.(*ast.SelectorExpr); ok {
		e = s.Sel
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = h.Pass.Info.Uses[id].(*types.Func)
	return ok
}

// address returns the pointer where e is its address as a number. The compiler
// keeps what it points to only if the conversion is in the call itself (package
// unsafe, pattern 4).
func (h *Hoister) address(e ast.Expr) (ptr ast.Expr, ok bool) {
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(c.Args) != 1 || !h.Pass.Info.Types[ast.Unparen(c.Fun)].IsType() {
		return nil, false
	}
	return c.Args[0], basic(h.Pass.Info.TypeOf(c), types.Uintptr) && basic(h.Pass.Info.TypeOf(c.Args[0]), types.UnsafePointer)
}

// Natural reports whether an expression has its type by itself, rather than from
// the place it stands in, and whether it is an untyped boolean if not. go/types
// records the type it ends up with, so this follows the spec's rules anew.
func (h *Hoister) Natural(e ast.Expr) (typed, boolean bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return h.Natural(e.X)
	case *ast.BasicLit:
		return false, false
	case *ast.Ident:
		return h.object(h.Pass.Info.Uses[e])
	case *ast.SelectorExpr:
		return h.object(h.Pass.Info.Uses[e.Sel])
	case *ast.UnaryExpr:
		if e.Op == token.ARROW || e.Op == token.AND {
			return true, false
		}
		return h.Natural(e.X)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return false, true
		case token.SHL, token.SHR:
			return h.Natural(e.X)
		}
		xt, xb := h.Natural(e.X)
		yt, yb := h.Natural(e.Y)
		return xt || yt, xb && yb
	case *ast.CallExpr:
		// Of untyped operands these are untyped.
		switch b, _ := h.builtin(e); b {
		case "min", "max", "real", "imag", "complex":
			for _, a := range e.Args {
				if t, _ := h.Natural(a); t {
					return true, false
				}
			}
			return false, false
		}
	}
	return true, false
}

func (h *Hoister) object(o types.Object) (typed, boolean bool) {
	switch o := o.(type) {
	case *types.Const:
		b, ok := o.Type().(*types.Basic)
		if ok && b.Info()&types.IsUntyped != 0 {
			return false, b.Info()&types.IsBoolean != 0
		}
	case *types.Nil:
		return false, false
	}
	return true, false
}
