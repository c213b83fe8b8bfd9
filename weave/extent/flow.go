package extent

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/drift-go/drift-toolexec/weave/pass"
)

// Which statement runs after which. How long a span is current depends on the
// path taken, so the paths of a function are laid out as points: what runs at
// once, and what may run next. x/tools' go/cfg has the same paths, but none of
// the places between them where text can be put: the ends of lists, the jumps.

// Point is a place on a function's paths.
type Point struct {
	before ast.Stmt   // text may be put before this statement
	inElse bool       // it is an if behind an else: text needs braces around
	end    ast.Node   // the list whose end this is: a block or a clause
	Nodes  []ast.Node // what runs here, in order
	succs  []*Point
	pos    token.Pos
	jump   bool // a break, continue, goto or fallthrough
	exit   bool // the function has returned
	cond   bool // an if's condition: its first successor is for true
}

// Flow is the paths of one function body.
type Flow struct {
	Points []*Point
	entry  *Point
	exit   *Point
	labels map[string]*Point // where goto leads

	breaks, continues []target
	falls             *Point // where fallthrough leads
	ends              func(*ast.CallExpr) bool
}

// target is where a break or continue leads.
type target struct {
	label string
	to    *Point
}

// NewFlow lays out a body. ends reports whether a call never returns.
func NewFlow(body *ast.BlockStmt, ends func(*ast.CallExpr) bool) *Flow {
	f := &Flow{labels: map[string]*Point{}, ends: ends}
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

func (f *Flow) point(n ast.Node, succs ...*Point) *Point {
	p := &Point{pos: n.Pos(), succs: succs}
	f.Points = append(f.Points, p)
	return p
}

// list lays out a statement list, the last one's successor first.
func (f *Flow) list(in ast.Node, list []ast.Stmt, next *Point) *Point {
	end := f.point(in, next)
	end.end, end.pos = in, in.End()
	at := end
	for i := len(list) - 1; i >= 0; i-- {
		at = f.stmt(list[i], at, "")
	}
	return at
}

// stmt lays out a statement and returns where it begins.
func (f *Flow) stmt(s ast.Stmt, next *Point, label string) *Point {
	at := func(succs ...*Point) *Point {
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
		p.succs = []*Point{inner}
		return p
	case *ast.BlockStmt:
		return f.list(s, s.List, next)
	case *ast.IfStmt:
		return f.ifStmt(s, next)
	case *ast.ForStmt:
		return f.forStmt(s, next, label)
	case *ast.RangeStmt:
		head := f.point(s.Body)
		head.Nodes = NonNil(s.Key, s.Value)
		f.loop(label, next, head, func() { head.succs = []*Point{f.list(s.Body, s.Body.List, head), next} })
		p := at(head)
		p.Nodes = NonNil(s.X)
		return p
	case *ast.SwitchStmt:
		p := at()
		p.Nodes = NonNil(s.Init, s.Tag)
		f.clauses(p, s.Body, next, label)
		return p
	case *ast.TypeSwitchStmt:
		p := at()
		p.Nodes = NonNil(s.Init, s.Assign)
		f.clauses(p, s.Body, next, label)
		return p
	case *ast.SelectStmt:
		p := at()
		f.clauses(p, s.Body, next, label)
		return p
	case *ast.ReturnStmt:
		p := at(f.exit)
		p.Nodes = NonNil(s)
		return p
	case *ast.BranchStmt:
		p := at()
		p.jump = true
		if to := f.to(s); to != nil {
			p.succs = []*Point{to}
		}
		return p
	case *ast.EmptyStmt:
		return next
	}
	p := at(next)
	p.Nodes = NonNil(s)
	if e, ok := s.(*ast.ExprStmt); ok {
		if call, ok := ast.Unparen(e.X).(*ast.CallExpr); ok && f.ends(call) {
			p.succs = nil
		}
	}
	return p
}

func (f *Flow) ifStmt(s *ast.IfStmt, next *Point) *Point {
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
	p.Nodes, p.cond = NonNil(s.Cond), true
	if s.Init != nil {
		p = f.point(s, p)
		p.Nodes = NonNil(s.Init)
	}
	p.before = s
	return p
}

func (f *Flow) forStmt(s *ast.ForStmt, next *Point, label string) *Point {
	head := f.point(s.Body)
	head.Nodes = NonNil(s.Cond)
	again := head
	if s.Post != nil {
		again = f.point(s.Post, head)
		again.Nodes = NonNil(s.Post)
	}
	f.loop(label, next, again, func() {
		head.succs = []*Point{f.list(s.Body, s.Body.List, again)}
		if s.Cond != nil {
			head.succs = append(head.succs, next)
		}
	})
	p := f.point(s, head)
	p.before, p.Nodes = s, NonNil(s.Init)
	return p
}

// loop lays out a loop's body.
func (f *Flow) loop(label string, next, again *Point, body func()) {
	b, c := len(f.breaks), len(f.continues)
	f.breaks = append(f.breaks, target{label, next})
	f.continues = append(f.continues, target{label, again})
	body()
	f.breaks, f.continues = f.breaks[:b], f.continues[:c]
}

// clauses lays out the clauses of a switch or select, last first, since one may
// fall through to the next.
func (f *Flow) clauses(from *Point, body *ast.BlockStmt, next *Point, label string) {
	b, falls := len(f.breaks), f.falls
	f.breaks = append(f.breaks, target{label, next})
	f.falls = nil
	sure := false
	for i := len(body.List) - 1; i >= 0; i-- {
		var entry *Point
		switch c := body.List[i].(type) {
		case *ast.CaseClause:
			entry = f.list(c, c.Body, next)
			f.falls = entry
			for _, e := range c.List {
				p := f.point(e, entry)
				p.Nodes = NonNil(e)
				entry = p
			}
			sure = sure || c.List == nil
		case *ast.CommClause:
			entry = f.list(c, c.Body, next)
			if c.Comm != nil {
				p := f.point(c.Comm, entry)
				p.Nodes = NonNil(c.Comm)
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
func (f *Flow) to(s *ast.BranchStmt) *Point {
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

func NonNil(nodes ...ast.Node) []ast.Node {
	var out []ast.Node
	for _, n := range nodes {
		if n != nil {
			out = append(out, n)
		}
	}
	return out
}

// GoesRound reports whether a loop's body can come to its end: one that always leaves is
// none.
func (w *Funcs) GoesRound(u *Unit, loop ast.Stmt) bool {
	if u.Flow == nil {
		u.Flow = NewFlow(u.Body, w.Never)
	}
	body := loopBody(loop)
	for _, head := range u.Flow.Points {
		if head.pos != body.Pos() || head.end != nil || head.before != nil || len(head.succs) == 0 {
			continue
		}
		seen := map[*Point]bool{}
		var way func(p *Point) bool
		way = func(p *Point) bool {
			if p == head {
				return true
			}
			// Not by way of a loop around.
			if seen[p] || p.end != ast.Node(body) && !pass.Within(p.pos, loop) {
				return false
			}
			seen[p] = true
			return slices.ContainsFunc(p.succs, way)
		}
		return way(head.succs[0])
	}
	return true
}
