package weave

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// unit is one function body.
type unit struct {
	f     *file
	name  string
	decl  *types.Func // nil for a literal
	lit   *ast.FuncLit
	recv  *ast.FieldList
	typ   *ast.FuncType
	body  *ast.BlockStmt
	calls []*call
	works []*work // the places where it receives something to work on
	// handsWork says that it may hand what it received to its caller.
	handsWork bool
	start     token.Pos           // of the whole function, its parameters included
	nodes     []ast.Node          // assignments and returns, in order
	defers    []*ast.DeferStmt    //
	lists     []ast.Node          // what holds statement lists
	ranges    []*ast.RangeStmt    // those over a func
	labels    map[string]ast.Stmt // what they lead to
	hand      handing             // what it hands to its caller
	flow      *flow
}

// call is a call in a unit that may return with a span.
type call struct {
	expr    *ast.CallExpr
	path    []ast.Node // ancestors within the unit, outermost first
	results []types.Type
	span    int        // index of the trace.Span among the results, or -1
	ctx     int        // index of the context, or -1
	end     bool       // a func that may end a span is among the results
	void    bool       // it has no results
	sure    bool       // certainly starts a span
	used    *ast.Ident // ContextWithSpan's: the variable with a span from elsewhere
	callee  types.Object
	site    bool     // counts as a start
	hand    handing  // how the callee hands a span to this unit
	passed  bool     // the unit hands its span on
	byFunc  bool     // by something other than itself or its context
	outward bool     // by something other than a result
	held    *holders // once it counts as a start
}

// units returns a file's function bodies, literals included.
func (w *Funcs) units(f *file) []*unit {
	var all []*unit
	add := func(u *unit) {
		all = append(all, u)
		if u.lit != nil {
			w.byLit[u.lit] = u
		} else if u.decl != nil {
			w.byFunc[u.decl] = u
		}
	}
	for _, d := range f.ast.Decls {
		name := "package level" // literals among the initial values of variables
		if fd, ok := d.(*ast.FuncDecl); ok {
			if fd.Body == nil {
				continue
			}
			name = declName(fd)
			decl, _ := w.info.Defs[fd.Name].(*types.Func)
			add(&unit{f: f, name: name, decl: decl, recv: fd.Recv, typ: fd.Type, body: fd.Body, start: fd.Pos()})
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok {
				add(&unit{f: f, name: name, lit: lit, typ: lit.Type, body: lit.Body, start: lit.Pos()})
			}
			return true
		})
	}
	return all
}

// known gathers what is known of the package's functions, literals and variables
// before their calls are looked at.
func (w *Funcs) known() {
	w.byFunc, w.byLit = map[types.Object]*unit{}, map[*ast.FuncLit]*unit{}
	w.lits, w.stores, w.params = map[types.Object]*ast.FuncLit{}, map[*ast.Ident]bool{}, map[*types.Var]effect{}
	times := map[types.Object]int{}
	assign := func(l, r ast.Expr) {
		id, ok := ast.Unparen(l).(*ast.Ident)
		if !ok {
			return
		}
		w.stores[id] = true
		o := w.info.Defs[id]
		if o == nil {
			o = w.info.Uses[id]
		}
		if o == nil {
			return
		}
		times[o]++
		if r != nil {
			if lit, ok := ast.Unparen(r).(*ast.FuncLit); ok {
				w.lits[o] = lit
			}
		}
	}
	for _, f := range w.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
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
					times[w.info.Uses[id]] += 2 // who has its address may assign to it
				}
			}
			return true
		})
	}
	for o := range w.lits {
		if times[o] != 1 {
			delete(w.lits, o)
		}
	}
}

// mayHand tells whether a call is one of a function that can be looked into, or
// that a package's facts may speak of.
func (w *Funcs) mayHand(n *ast.CallExpr) bool {
	if w.unitOf(n) != nil {
		return true
	}
	fn := w.callee(n)
	return fn != nil && fn.Pkg() != nil && fn.Pkg() != w.pkg && fn.Pkg().Scope().Lookup(factsName(fn.Pkg().Path())) != nil
}

// unitOf returns the unit that a call runs, where that can be told: a function
// of this package, or a literal, called at once or by the one variable that holds
// it.
func (w *Funcs) unitOf(call *ast.CallExpr) *unit {
	fun := ast.Unparen(call.Fun)
	if lit, ok := fun.(*ast.FuncLit); ok {
		return w.byLit[lit]
	}
	if id, ok := fun.(*ast.Ident); ok {
		if lit := w.lits[w.info.Uses[id]]; lit != nil {
			return w.byLit[lit]
		}
	}
	if fn := w.callee(call); fn != nil {
		return w.byFunc[fn.Origin()]
	}
	return nil
}

// unitOfValue returns the unit of a func value: a literal, a function or a method, or a
// variable that holds one literal.
func (w *Funcs) unitOfValue(e ast.Expr) *unit {
	e = ast.Unparen(e)
	if lit, ok := e.(*ast.FuncLit); ok {
		return w.byLit[lit]
	}
	return w.unitOf(&ast.CallExpr{Fun: e})
}

// around returns the unit that a node is in.
func (w *Funcs) around(path []ast.Node) *unit {
	for i := len(path) - 1; i >= 0; i-- {
		switch n := path[i].(type) {
		case *ast.FuncLit:
			return w.byLit[n]
		case *ast.FuncDecl:
			return w.byFunc[w.info.Defs[n.Name]]
		}
	}
	return nil
}

// never tells whether a call never returns.
func (w *Funcs) never(call *ast.CallExpr) bool {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && id.Name == "panic" {
		return w.info.Types[call.Fun].IsBuiltin()
	}
	fn := w.callee(call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.FullName() {
	case "os.Exit", "runtime.Goexit", "log.Fatal", "log.Fatalf", "log.Fatalln":
		return true
	}
	return fn.Pkg().Path() == "testing" && (strings.HasPrefix(fn.Name(), "Fatal") || fn.Name() == "FailNow" || strings.HasPrefix(fn.Name(), "Skip") && fn.Name() != "Skipped")
}

// survey looks at the package's functions, before anything is woven.
func (w *Funcs) survey(sources ...extentSource) {
	w.sources = sources
	w.known()
	for _, f := range w.files {
		w.all = append(w.all, w.units(f)...)
	}
	for _, u := range w.all {
		w.gather(u)
	}
}

// gather has the sources look at a unit's nodes, and notes what else in it matters.
// Literals in it are units of their own.
func (w *Funcs) gather(u *unit) {
	var path []ast.Node
	ast.Inspect(u.body, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // not pushed: Inspect makes no nil call for it
		case *ast.LabeledStmt:
			if u.labels == nil {
				u.labels = map[string]ast.Stmt{}
			}
			u.labels[n.Label.Name] = n
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			u.lists = append(u.lists, n)
		case *ast.AssignStmt, *ast.ReturnStmt, *ast.ValueSpec:
			u.nodes = append(u.nodes, n)
		case *ast.RangeStmt:
			if w.spans && w.Own && isFunc(coreOf(w.info.TypeOf(n.X))) {
				u.ranges = append(u.ranges, n)
			}
		case *ast.DeferStmt:
			u.defers = append(u.defers, n)
		}
		for _, s := range w.sources {
			s.Gather(u, n, path)
		}
		path = append(path, n)
		return true
	})
}

// Funcs are the functions of a package, and what is known of them.
type Funcs struct {
	*Pass
	sources []extentSource
	all     []*unit                       // the package's functions
	byFunc  map[types.Object]*unit        // by what is declared
	byLit   map[*ast.FuncLit]*unit        //
	lits    map[types.Object]*ast.FuncLit // variables that hold one function literal, ever
	stores  map[*ast.Ident]bool           // where a variable is assigned to
	params  map[*types.Var]effect         // what functions do with their parameters
	named   map[ast.Node][]types.Object   // the variables that nodes name
}
