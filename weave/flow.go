package weave

import (
	"go/ast"
	"go/token"
	"slices"
)

// Which statement runs after which. How long a span is current depends on the
// path taken, so the paths of a function are laid out as points: what runs at
// once, and what may run next. x/tools' go/cfg has the same paths, but none of
// the places between them where text can be put: the ends of lists, the jumps.

// point is a place on a function's paths.
type point struct {
	before ast.Stmt   // text may be put before this statement
	inElse bool       // it is an if behind an else: text needs braces around
	end    ast.Node   // the list whose end this is: a block or a clause
	nodes  []ast.Node // what runs here, in order
	succs  []*point
	pos    token.Pos
	jump   bool // a break, continue, goto or fallthrough
	exit   bool // the function has returned
	cond   bool // an if's condition: its first successor is for true
}

// flow is the paths of one function body.
type flow struct {
	points []*point
	entry  *point
	exit   *point
	labels map[string]*point // where goto leads

	breaks, continues []target
	falls             *point // where fallthrough leads
	ends              func(*ast.CallExpr) bool
}

// target is where a break or continue leads.
type target struct {
	label string
	to    *point
}

// newFlow lays out a body. ends tells whether a call never returns.
func newFlow(body *ast.BlockStmt, ends func(*ast.CallExpr) bool) *flow {
	f := &flow{labels: map[string]*point{}, ends: ends}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.LabeledStmt:
			f.labels[n.Label.Name] = f.point(n)
		}
		return true
	})
	f.exit = f.point(body)
	f.exit.exit, f.exit.pos = true, body.Rbrace
	f.entry = f.list(body, body.List, f.exit)
	return f
}

func (f *flow) point(n ast.Node, succs ...*point) *point {
	p := &point{pos: n.Pos(), succs: succs}
	f.points = append(f.points, p)
	return p
}

// list lays out a statement list, the last one's successor first.
func (f *flow) list(in ast.Node, list []ast.Stmt, next *point) *point {
	end := f.point(in, next)
	end.end, end.pos = in, in.End()
	at := end
	for i := len(list) - 1; i >= 0; i-- {
		at = f.stmt(list[i], at, "")
	}
	return at
}

// stmt lays out a statement and returns where it begins.
func (f *flow) stmt(s ast.Stmt, next *point, label string) *point {
	at := func(succs ...*point) *point {
		p := f.point(s, succs...)
		p.before = s
		return p
	}
	switch s := s.(type) {
	case *ast.LabeledStmt:
		p := f.labels[s.Label.Name]
		p.before = s
		inner := f.stmt(s.Stmt, next, s.Label.Name)
		if inner.before == s.Stmt && breakable(s.Stmt) {
			inner.before = nil // what is put there would part it from its label
		}
		p.succs = []*point{inner}
		return p
	case *ast.BlockStmt:
		return f.list(s, s.List, next)
	case *ast.IfStmt:
		return f.ifStmt(s, next)
	case *ast.ForStmt:
		return f.forStmt(s, next, label)
	case *ast.RangeStmt:
		head := f.point(s.Body)
		head.nodes = nonNil(s.Key, s.Value)
		f.loop(label, next, head, func() { head.succs = []*point{f.list(s.Body, s.Body.List, head), next} })
		p := at(head)
		p.nodes = nonNil(s.X)
		return p
	case *ast.SwitchStmt:
		p := at()
		p.nodes = nonNil(s.Init, s.Tag)
		f.clauses(p, s.Body, next, label)
		return p
	case *ast.TypeSwitchStmt:
		p := at()
		p.nodes = nonNil(s.Init, s.Assign)
		f.clauses(p, s.Body, next, label)
		return p
	case *ast.SelectStmt:
		p := at()
		f.clauses(p, s.Body, next, label)
		return p
	case *ast.ReturnStmt:
		p := at(f.exit)
		p.nodes = nonNil(s)
		return p
	case *ast.BranchStmt:
		p := at()
		p.jump = true
		if to := f.to(s); to != nil {
			p.succs = []*point{to}
		}
		return p
	case *ast.EmptyStmt:
		return next
	}
	p := at(next)
	p.nodes = nonNil(s)
	if e, ok := s.(*ast.ExprStmt); ok {
		if call, ok := ast.Unparen(e.X).(*ast.CallExpr); ok && f.ends(call) {
			p.succs = nil
		}
	}
	return p
}

func (f *flow) ifStmt(s *ast.IfStmt, next *point) *point {
	then := f.list(s.Body, s.Body.List, next)
	other := next
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		other = f.list(e, e.List, next)
	case *ast.IfStmt:
		other = f.ifStmt(e, next)
		other.inElse = true
	}
	p := f.point(s.Cond, then, other)
	p.nodes, p.cond = nonNil(s.Cond), true
	if s.Init != nil {
		p = f.point(s, p)
		p.nodes = nonNil(s.Init)
	}
	p.before = s
	return p
}

func (f *flow) forStmt(s *ast.ForStmt, next *point, label string) *point {
	head := f.point(s.Body)
	head.nodes = nonNil(s.Cond)
	again := head
	if s.Post != nil {
		again = f.point(s.Post, head)
		again.nodes = nonNil(s.Post)
	}
	f.loop(label, next, again, func() {
		head.succs = []*point{f.list(s.Body, s.Body.List, again)}
		if s.Cond != nil {
			head.succs = append(head.succs, next)
		}
	})
	p := f.point(s, head)
	p.before, p.nodes = s, nonNil(s.Init)
	return p
}

// loop lays out a loop's body.
func (f *flow) loop(label string, next, again *point, body func()) {
	b, c := len(f.breaks), len(f.continues)
	f.breaks = append(f.breaks, target{label, next})
	f.continues = append(f.continues, target{label, again})
	body()
	f.breaks, f.continues = f.breaks[:b], f.continues[:c]
}

// clauses lays out the clauses of a switch or select, last first, since one may
// fall through to the next.
func (f *flow) clauses(from *point, body *ast.BlockStmt, next *point, label string) {
	b, falls := len(f.breaks), f.falls
	f.breaks = append(f.breaks, target{label, next})
	f.falls = nil
	sure := false
	for i := len(body.List) - 1; i >= 0; i-- {
		var entry *point
		switch c := body.List[i].(type) {
		case *ast.CaseClause:
			entry = f.list(c, c.Body, next)
			f.falls = entry
			for _, e := range c.List {
				p := f.point(e, entry)
				p.nodes = nonNil(e)
				entry = p
			}
			sure = sure || c.List == nil
		case *ast.CommClause:
			entry = f.list(c, c.Body, next)
			if c.Comm != nil {
				p := f.point(c.Comm, entry)
				p.nodes = nonNil(c.Comm)
				entry = p
			}
			sure = true // one of them runs, or none ever
		}
		from.succs = append(from.succs, entry)
	}
	if !sure {
		from.succs = append(from.succs, next)
	}
	f.breaks, f.falls = f.breaks[:b], falls
}

// to returns where a jump leads.
func (f *flow) to(s *ast.BranchStmt) *point {
	var in []target
	switch s.Tok {
	case token.GOTO:
		return f.labels[s.Label.Name]
	case token.FALLTHROUGH:
		return f.falls
	case token.BREAK:
		in = f.breaks
	case token.CONTINUE:
		in = f.continues
	}
	for i := len(in) - 1; i >= 0; i-- {
		if s.Label == nil || s.Label.Name == in[i].label {
			return in[i].to
		}
	}
	return nil
}

func nonNil(nodes ...ast.Node) []ast.Node {
	var out []ast.Node
	for _, n := range nodes {
		if n != nil {
			out = append(out, n)
		}
	}
	return out
}

// goesRound tells whether a loop's body can come to its end: one that always leaves is
// none.
func (w *Funcs) goesRound(u *unit, loop ast.Stmt) bool {
	if u.flow == nil {
		u.flow = newFlow(u.body, w.never)
	}
	body := loopBody(loop)
	for _, head := range u.flow.points {
		if head.pos != body.Pos() || head.end != nil || head.before != nil || len(head.succs) == 0 {
			continue
		}
		seen := map[*point]bool{}
		var way func(p *point) bool
		way = func(p *point) bool {
			if p == head {
				return true
			}
			// Not by way of a loop around.
			if seen[p] || p.end != ast.Node(body) && !within(p.pos, loop) {
				return false
			}
			seen[p] = true
			return slices.ContainsFunc(p.succs, way)
		}
		return way(head.succs[0])
	}
	return true
}
