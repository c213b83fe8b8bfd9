package extent

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/drift-go/drift-toolexec/weave/pass"
)

// Funcs are the functions of a package, and what is known of them.
type Funcs struct {
	*pass.Pass
	sources []Source
	All     []*Unit                       // the package's functions
	byFunc  map[types.Object]*Unit        // by what is declared
	ByLit   map[*ast.FuncLit]*Unit        //
	Lits    map[types.Object]*ast.FuncLit // variables that hold one function literal, ever
	stores  map[*ast.Ident]bool           // where a variable is assigned to
	params  map[*types.Var]Effect         // what functions do with their parameters
	named   map[ast.Node][]types.Object   // the variables that nodes name
}

// New returns the functions of a package, which survey looks at.
func New(p *pass.Pass) *Funcs { return &Funcs{Pass: p} }

// Unit is one function body.
type Unit struct {
	File  *pass.File
	Name  string
	Decl  *types.Func // nil for a literal
	Lit   *ast.FuncLit
	Recv  *ast.FieldList
	Type  *ast.FuncType
	Body  *ast.BlockStmt
	Calls []*Call
	Works []*Work // the places where it receives something to work on
	// handsWork says that it may hand what it received to its caller.
	HandsWork bool
	Start     token.Pos           // of the whole function, its parameters included
	Nodes     []ast.Node          // assignments and returns, in order
	Defers    []*ast.DeferStmt    //
	Lists     []ast.Node          // what holds statement lists
	ranges    []*ast.RangeStmt    // those over a func
	Labels    map[string]ast.Stmt // what they lead to
	Hand      Handing             // what it hands to its caller
	Flow      *Flow
}

// Call is a call in a unit that may return with a span.
type Call struct {
	Expr    *ast.CallExpr
	Path    []ast.Node // ancestors within the unit, outermost first
	Results []types.Type
	Span    int        // index of the trace.Span among the results, or -1
	Ctx     int        // index of the context, or -1
	End     bool       // a func that may end a span is among the results
	Void    bool       // it has no results
	Sure    bool       // certainly starts a span
	Used    *ast.Ident // ContextWithSpan's: the variable with a span from elsewhere
	Callee  types.Object
	Site    bool     // counts as a start
	Hand    Handing  // how the callee hands a span to this unit
	Passed  bool     // the unit hands its span on
	ByFunc  bool     // by something other than itself or its context
	Outward bool     // by something other than a result
	Held    *Aliases // once it counts as a start
}

// units returns a file's function bodies, literals included.
func (w *Funcs) units(f *pass.File) []*Unit {
	var all []*Unit
	add := func(u *Unit) {
		all = append(all, u)
		if u.Lit != nil {
			w.ByLit[u.Lit] = u
		} else if u.Decl != nil {
			w.byFunc[u.Decl] = u
		}
	}
	for _, d := range f.Syntax.Decls {
		name := "package level" // literals among the initial values of variables
		if fd, ok := d.(*ast.FuncDecl); ok {
			if fd.Body == nil {
				continue
			}
			name = pass.DeclName(fd)
			decl, _ := w.Info.Defs[fd.Name].(*types.Func)
			add(&Unit{File: f, Name: name, Decl: decl, Recv: fd.Recv, Type: fd.Type, Body: fd.Body, Start: fd.Pos()})
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok {
				add(&Unit{File: f, Name: name, Lit: lit, Type: lit.Type, Body: lit.Body, Start: lit.Pos()})
			}
			return true
		})
	}
	return all
}

// known gathers what is known of the package's functions, literals and variables
// before their calls are looked at.
func (w *Funcs) known() {
	w.byFunc, w.ByLit = map[types.Object]*Unit{}, map[*ast.FuncLit]*Unit{}
	w.Lits, w.stores, w.params = map[types.Object]*ast.FuncLit{}, map[*ast.Ident]bool{}, map[*types.Var]Effect{}
	times := map[types.Object]int{}
	assign := func(l, r ast.Expr) {
		id, ok := ast.Unparen(l).(*ast.Ident)
		if !ok {
			return
		}
		w.stores[id] = true
		o := w.Info.Defs[id]
		if o == nil {
			o = w.Info.Uses[id]
		}
		if o == nil {
			return
		}
		times[o]++
		if r != nil {
			if lit, ok := ast.Unparen(r).(*ast.FuncLit); ok {
				w.Lits[o] = lit
			}
		}
	}
	for _, f := range w.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if len(n.Rhs) == len(n.Lhs) && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) {
						assign(l, n.Rhs[i])
					} else {
						assign(l, nil)
					}
				}
			case *ast.RangeStmt:
				for _, l := range []ast.Expr{n.Key, n.Value} {
					if l != nil {
						assign(l, nil)
					}
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if len(n.Values) == len(n.Names) {
						assign(id, n.Values[i])
					}
				}
			case *ast.UnaryExpr:
				if id, ok := ast.Unparen(n.X).(*ast.Ident); ok && n.Op == token.AND {
					times[w.Info.Uses[id]] += 2 // who has its address may assign to it
				}
			}
			return true
		})
	}
	for o := range w.Lits {
		if times[o] != 1 {
			delete(w.Lits, o)
		}
	}
}

// MayHand reports whether a call is one of a function that can be looked into, or
// that a package's facts may speak of.
func (w *Funcs) MayHand(n *ast.CallExpr) bool {
	if w.UnitOf(n) != nil {
		return true
	}
	fn := w.Callee(n)
	return fn != nil && fn.Pkg() != nil && fn.Pkg() != w.Types && fn.Pkg().Scope().Lookup(pass.FactsName(fn.Pkg().Path())) != nil
}

// UnitOf returns the unit that a call runs, where that can be told: a function
// of this package, or a literal, called at once or by the one variable that holds
// it.
func (w *Funcs) UnitOf(call *ast.CallExpr) *Unit {
	fun := ast.Unparen(call.Fun)
	if lit, ok := fun.(*ast.FuncLit); ok {
		return w.ByLit[lit]
	}
	if id, ok := fun.(*ast.Ident); ok {
		if lit := w.Lits[w.Info.Uses[id]]; lit != nil {
			return w.ByLit[lit]
		}
	}
	if fn := w.Callee(call); fn != nil {
		return w.byFunc[fn.Origin()]
	}
	return nil
}

// UnitOfValue returns the unit of a func value: a literal, a function or a method, or a
// variable that holds one literal.
func (w *Funcs) UnitOfValue(e ast.Expr) *Unit {
	e = ast.Unparen(e)
	if lit, ok := e.(*ast.FuncLit); ok {
		return w.ByLit[lit]
	}
	return w.UnitOf(&ast.CallExpr{Fun: e})
}

// Around returns the unit that a node is in.
func (w *Funcs) Around(path []ast.Node) *Unit {
	for i := len(path) - 1; i >= 0; i-- {
		switch n := path[i].(type) {
		case *ast.FuncLit:
			return w.ByLit[n]
		case *ast.FuncDecl:
			return w.byFunc[w.Info.Defs[n.Name]]
		}
	}
	return nil
}

// Never reports whether a call never returns.
func (w *Funcs) Never(call *ast.CallExpr) bool {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && id.Name == "panic" {
		return w.Info.Types[call.Fun].IsBuiltin()
	}
	fn := w.Callee(call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.FullName() {
	case "os.Exit", "runtime.Goexit", "log.Fatal", "log.Fatalf", "log.Fatalln":
		return true
	}
	return fn.Pkg().Path() == "testing" && (strings.HasPrefix(fn.Name(), "Fatal") || fn.Name() == "FailNow" || strings.HasPrefix(fn.Name(), "Skip") && fn.Name() != "Skipped")
}

// Survey looks at the package's functions, before anything is woven.
func (w *Funcs) Survey(sources ...Source) {
	w.sources = sources
	w.known()
	for _, f := range w.Files {
		w.All = append(w.All, w.units(f)...)
	}
	for _, u := range w.All {
		w.gather(u)
	}
}

// gather has the sources look at a unit's nodes, and notes what else in it matters.
// Literals in it are units of their own.
func (w *Funcs) gather(u *Unit) {
	var path []ast.Node
	ast.Inspect(u.Body, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // not pushed: Inspect makes no nil call for it
		case *ast.LabeledStmt:
			if u.Labels == nil {
				u.Labels = map[string]ast.Stmt{}
			}
			u.Labels[n.Label.Name] = n
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			u.Lists = append(u.Lists, n)
		case *ast.AssignStmt, *ast.ReturnStmt, *ast.ValueSpec:
			u.Nodes = append(u.Nodes, n)
		case *ast.RangeStmt:
			if w.Plan.Spans && w.Own && pass.IsFunc(pass.CoreOr(w.Info.TypeOf(n.X))) {
				u.ranges = append(u.ranges, n)
			}
		case *ast.DeferStmt:
			u.Defers = append(u.Defers, n)
		}
		for _, s := range w.sources {
			s.Gather(u, n, path)
		}
		path = append(path, n)
		return true
	})
}
