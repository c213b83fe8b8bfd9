package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// What happens at a go statement in scope:
//
//	go f(x)  becomes  {mark();go f(x)}
//
// newproc1 hands the current frame to the new goroutine if the mark is up,
// and takes it down. A call among the operands could itself spawn and eat the
// mark, so such calls are hoisted, in order:
//
//	go f(g(), x)  becomes  {t := g();mark();go f(t, x)}
//
// All that is hoisted is one assignment, as cmd/compile makes one of a go
// statement's operands (typecheck.normalizeGoDeferCall). So the order between
// calls and other operands, which the spec leaves open, stays what it was, but
// for parts of a composite literal passed as an interface value.
//
// A panic between mark and spawn takes the mark down too (the runtime hook
// sees to it), so operands that can merely panic need no hoisting.

func (f *file) line(n ast.Node) int { return f.fset.PositionFor(n.Pos(), false).Line }

func (f *file) isFresh(n ast.Node) bool { return f.fresh[f.line(n)] }

// spawnNeedsTypes tells whether syntax alone can't weave some go statement.
func (w *Pass) spawnNeedsTypes() bool {
	for _, f := range w.files {
		need := false
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok && callsAmong(g.Call) {
				need = true
			}
			return !need
		})
		if need {
			return true
		}
	}
	return false
}

// callsAmong tells whether a go statement's operands hold what looks like a
// call or a receive.
func callsAmong(c *ast.CallExpr) bool {
	found := false
	look := func(e ast.Expr) {
		ast.Inspect(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				found = true
			case *ast.UnaryExpr:
				found = found || n.Op == token.ARROW
			}
			return !found
		})
	}
	look(c.Fun)
	for _, a := range c.Args {
		look(a)
	}
	return found
}

// weave weaves the package's go statements.
func (w *Spawns) weave() {
	for _, f := range w.files {
		w.weaveFile(f)
	}
}

func (w *Spawns) weaveFile(f *file) {
	for _, d := range f.ast.Decls {
		name, fresh, inherits := "", false, false
		if fd, ok := d.(*ast.FuncDecl); ok {
			name = declName(fd)
			fresh, inherits = f.isFresh(fd), f.inherits(fd)
		}
		stmt := 0 // the line of the last fresh go statement: its directive is not the literal's
		var walk func(n ast.Node, fresh bool)
		walk = func(root ast.Node, fresh bool) {
			ast.Inspect(root, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncLit:
					if !fresh && f.isFresh(n) && f.line(n) != stmt && !f.taken[f.line(n)] {
						walk(n.Body, true)
						return false
					}
				case *ast.GoStmt:
					if fresh || f.isFresh(n) {
						stmt = f.line(n)
						w.site("spawn", f, n, name, freshDirective)
					} else if how := w.spawnServes(n); how != "" && !inherits && !f.inherits(n) && !w.shed(f, name, n.Call.Fun) {
						w.site("spawn", f, n, name, how)
					} else {
						w.spawn(f, n)
						w.site("spawn", f, n, name, "")
					}
				}
				return true
			})
		}
		walk(d, fresh)
	}
}

// spawnServes tells how the goroutine serves that a go statement starts, or "".
func (w *Spawns) spawnServes(g *ast.GoStmt) string {
	if !w.serve {
		return ""
	}
	return w.servesAs(g.Call.Fun)
}

// spawn weaves one go statement.
func (w *Spawns) spawn(f *file, g *ast.GoStmt) {
	mark := w.runtimeFunc("mark", "()")
	f.before(g, part{text: "{"})
	if callsAmong(g.Call) {
		h := &hoister{w: w.Pass, f: f, stmt: g}
		h.call(g.Call)
		h.assign()
	}
	f.before(g, part{text: mark + "();"})
	f.after(g, "}")
}

// hoister moves calls, and what must stay in order with them, out of one go
// statement's operands.
type hoister struct {
	w     *Pass
	f     *file
	stmt  *ast.GoStmt
	n     int
	names []string // of the variables to assign, and what to assign to them
	units []ast.Expr
}

func (h *hoister) call(c *ast.CallExpr) {
	if !h.effect(c.Fun) && !slices.ContainsFunc(c.Args, h.effect) {
		return
	}
	if len(c.Args) == 1 {
		if t, ok := h.w.info.TypeOf(c.Args[0]).(*types.Tuple); ok {
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
func (h *hoister) callee(e ast.Expr) {
	if s, ok := e.(*ast.SelectorExpr); ok && h.kind(s) == types.MethodVal {
		if tv := h.w.info.Types[s.X]; !tv.Addressable() || pointer(tv.Type) {
			h.operand(s.X)
		} else {
			h.inside(s.X)
		}
		return
	}
	if !h.w.info.Types[e].IsValue() {
		return
	}
	h.operand(e)
	if h.effect(e) {
		h.assign() // a callee that calls comes wholly before the arguments
	}
}

// kind returns what a selector selects, or -1 for a package's member.
func (h *hoister) kind(e *ast.SelectorExpr) types.SelectionKind {
	if s := h.w.info.Selections[e]; s != nil {
		return s.Kind()
	}
	return -1
}

func pointer(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return true
	}
	return false
}

// results hoists the call whose results are all the arguments.
func (h *hoister) results(call ast.Expr, n int) {
	h.assign() // the callee's calls come first
	for range n {
		h.names = append(h.names, h.name())
	}
	h.units = append(h.units, call)
	h.f.replace(call, strings.Join(h.names, ", "))
}

// operand hoists an operand, as a whole where its type does not depend on
// what it is passed to.
func (h *hoister) operand(e ast.Expr) {
	if h.fixed(e) {
		return
	}
	typed, boolean := h.natural(e)
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
func (h *hoister) parts(e ast.Expr) {
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

// untyped is how an untyped boolean is used that was hoisted: it takes the
// type of what it is passed to. A variable would have none but bool; comparing
// it makes it untyped again, whatever true may mean here.
const untyped = "(%s == (0 == 0))"

func (h *hoister) name() string {
	h.n++
	return fmt.Sprintf("%s%d", Prefix, h.n)
}

// unit hoists an expression into a variable and leaves that in its place.
func (h *hoister) unit(e ast.Expr, use string) {
	n := h.name()
	h.names = append(h.names, n)
	h.units = append(h.units, e)
	h.f.replace(e, fmt.Sprintf(use, n))
}

// assign writes the assignment of all that was hoisted since the last one.
func (h *hoister) assign() {
	if len(h.names) == 0 {
		return
	}
	h.f.before(h.stmt, part{text: strings.Join(h.names, ", ") + " := "})
	for i, e := range h.units {
		if i > 0 {
			h.f.before(h.stmt, part{text: ", "})
		}
		h.f.before(h.stmt, part{node: e})
	}
	h.f.before(h.stmt, part{text: ";"})
	h.names, h.units = nil, nil
}

// inside hoists the operands of an expression that must stay where it is, for
// its address may be taken.
func (h *hoister) inside(e ast.Expr) {
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

// effect tells whether evaluating e runs a function or receives.
func (h *hoister) effect(e ast.Expr) bool {
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
func (h *hoister) runsCode(c *ast.CallExpr) bool {
	tv := h.w.info.Types[ast.Unparen(c.Fun)]
	return !tv.IsType() && !tv.IsBuiltin()
}

// unevaluated tells whether a call's arguments serve for their type alone, as
// those of unsafe.Sizeof do.
func (h *hoister) unevaluated(c *ast.CallExpr) bool {
	if h.w.info.Types[c].Value != nil {
		return true
	}
	b, ok := h.builtin(c)
	return ok && (b == "Sizeof" || b == "Alignof" || b == "Offsetof")
}

// builtin returns the name of the builtin that is called.
func (h *hoister) builtin(c *ast.CallExpr) (name string, ok bool) {
	fun := ast.Unparen(c.Fun)
	if !h.w.info.Types[fun].IsBuiltin() {
		return "", false
	}
	if s, ok := fun.(*ast.SelectorExpr); ok {
		fun = s.Sel
	}
	id, ok := fun.(*ast.Ident)
	if !ok {
		return "", false
	}
	return h.w.info.Uses[id].Name(), true // the name may be an import's with a dot
}

// fixed tells whether it makes no difference when e is evaluated: it is a
// constant, nil, a function, or a variable, which is read last in any case.
func (h *hoister) fixed(e ast.Expr) bool {
	if tv := h.w.info.Types[e]; tv.Value != nil || tv.IsNil() {
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

func (h *hoister) literal(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.CompositeLit)
	return ok
}

// function tells whether e names a function: one with type arguments may have
// more of them inferred from where it stands.
func (h *hoister) function(e ast.Expr) bool {
	e = ast.Unparen(e)
	if s, ok := e.(*ast.SelectorExpr); ok {
		e = s.Sel
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = h.w.info.Uses[id].(*types.Func)
	return ok
}

// address returns the pointer where e is its address as a number. The compiler
// keeps what it points to only if the conversion is in the call itself (package
// unsafe, pattern 4).
func (h *hoister) address(e ast.Expr) (ptr ast.Expr, ok bool) {
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(c.Args) != 1 || !h.w.info.Types[ast.Unparen(c.Fun)].IsType() {
		return nil, false
	}
	return c.Args[0], basic(h.w.info.TypeOf(c), types.Uintptr) && basic(h.w.info.TypeOf(c.Args[0]), types.UnsafePointer)
}

func basic(t types.Type, kind types.BasicKind) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == kind
}

// natural tells whether an expression has its type by itself, rather than from
// the place it stands in, and whether it is an untyped boolean if not. go/types
// records the type it ends up with, so this follows the spec's rules anew.
func (h *hoister) natural(e ast.Expr) (typed, boolean bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return h.natural(e.X)
	case *ast.BasicLit:
		return false, false
	case *ast.Ident:
		return h.object(h.w.info.Uses[e])
	case *ast.SelectorExpr:
		return h.object(h.w.info.Uses[e.Sel])
	case *ast.UnaryExpr:
		if e.Op == token.ARROW || e.Op == token.AND {
			return true, false
		}
		return h.natural(e.X)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return false, true
		case token.SHL, token.SHR:
			return h.natural(e.X)
		}
		xt, xb := h.natural(e.X)
		yt, yb := h.natural(e.Y)
		return xt || yt, xb && yb
	case *ast.CallExpr:
		// Of untyped operands these are untyped.
		switch b, _ := h.builtin(e); b {
		case "min", "max", "real", "imag", "complex":
			for _, a := range e.Args {
				if t, _ := h.natural(a); t {
					return true, false
				}
			}
			return false, false
		}
	}
	return true, false
}

func (h *hoister) object(o types.Object) (typed, boolean bool) {
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

// inherit marks the spawn sites of a function that a rule names, or of the
// whole package.
func (w *Spawns) inherit(r *Rule, t Target) error {
	var decls []decl
	if t.Func == r.Package {
		for _, f := range w.files {
			for _, d := range f.ast.Decls {
				if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
					decls = append(decls, decl{f, fd})
				}
			}
		}
	} else {
		var err error
		if decls, err = w.target(r, t); err != nil || len(decls) == 0 {
			return err
		}
	}
	n := 0
	for _, d := range decls {
		ast.Inspect(d.fd.Body, func(node ast.Node) bool {
			if g, ok := node.(*ast.GoStmt); ok {
				n++
				if !w.Own { // where all inherit
					w.spawn(d.f, g)
					w.site("inherit", d.f, g, d.name(), "")
				}
			}
			return true
		})
	}
	if n == 0 && !w.lenient(t.Since, t.Until) {
		return &Error{At: t.At, Hook: r, Msg: t.Func + " holds no go statement that could inherit"}
	}
	return nil
}

// Spawns are a package's go statements.
type Spawns struct{ *Servers }
