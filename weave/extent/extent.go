// Package extent weaves how long what became current stays so: which variables hold on
// to it, which statement runs after which, where it is mentioned last, given away or
// kept, and how loops end it. It is the one place for that, for all sources of what
// becomes current (Source, Work); it knows none of them.
package extent

import (
	"fmt"
	"go/ast"
	"go/token"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
)

// A Source is a kind of thing that becomes current: spans that are started, messages
// and elements of channels that are received.
type Source interface {
	// Gather notes what a node of a unit has to do with the source. path holds its
	// ancestors within the unit. Func literals are units of their own.
	Gather(u *Unit, n ast.Node, path []ast.Node)
	// Weave weaves what was noted of a unit, other than its works.
	Weave(x *Writer)
}

// Writer weaves how long things are current within one unit.
type Writer struct {
	*Funcs
	Unit   *Unit
	Woven  bool
	loops  map[ast.Stmt]string // loops that end extents, with their token's name
	order  []ast.Stmt          // the same in source order
	decls  []string            // tokens, declared where the body begins
	ends   []ending            // text at the ends of lists
	late   []late
	Around map[ast.Stmt]*Around  // text around statements
	Moved  map[ast.Stmt]ast.Stmt // statements with a header, whose init statement moves in front
}

// Needed returns the places where a span's extent ends and nothing else ends it.
func (x *Writer) Needed(c *Course, passed bool, home ast.Stmt) []*Point {
	var drops []*Point
	for _, p := range c.drops {
		switch {
		case p.before == nil && p.end == nil:
			continue // no text can be put there
		case home != nil && (p.end == ast.Node(loopBody(home)) || p.jump && x.leaves(p.before, home)):
			continue // the end of the iteration is
		case passed || len(x.Unit.Defers) > 0:
		case p.end == ast.Node(x.Unit.Body):
			continue // the function returns
		case p.before != nil && quiet(p.before):
			continue
		}
		drops = append(drops, p)
	}
	return drops
}

// quiet reports whether a statement returns and does nothing else.
func quiet(s ast.Stmt) bool {
	r, ok := s.(*ast.ReturnStmt)
	if !ok {
		return false
	}
	calls := false
	for _, e := range r.Results {
		ast.Inspect(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				calls = true
			case *ast.UnaryExpr:
				calls = calls || n.Op == token.ARROW
			}
			return !calls
		})
	}
	return !calls
}

// Keep has the token name no frame from where the function is sure to end the
// span when it returns: where paths meet, those that came by there keep it.
func (x *Writer) Keep(c *Course, token string) {
	for p, e := range c.at {
		if e&keeps != 0 && p.before != nil {
			a := x.Text(p.before)
			a.Behind = append(a.Behind, token+" = 0")
		}
	}
}

// Exact reports whether the call's results go straight into variables, or nowhere:
// then the push is the last thing that its statement does.
func (w *Funcs) Exact(c *Call, n ast.Node) bool {
	for {
		l, ok := n.(*ast.LabeledStmt)
		if !ok {
			break
		}
		n = l.Stmt
	}
	var rhs []ast.Expr
	switch s := n.(type) {
	case *ast.ExprStmt:
		rhs = []ast.Expr{s.X}
	case *ast.AssignStmt:
		rhs = s.Rhs
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && len(d.Specs) == 1 {
			if v, ok := d.Specs[0].(*ast.ValueSpec); ok {
				rhs = v.Values
			}
		}
	}
	return len(rhs) == 1 && ast.Unparen(rhs[0]) == ast.Expr(c.Expr)
}

// Weave weaves all units: first what each of the sources starts in one, then what
// it receives.
func (w *Funcs) Weave() {
	for _, u := range w.All {
		w.weaveUnit(u)
	}
}

func (w *Funcs) weaveUnit(u *Unit) {
	x := &Writer{Funcs: w, Unit: u, loops: map[ast.Stmt]string{}, Around: map[ast.Stmt]*Around{}, Moved: map[ast.Stmt]ast.Stmt{}}
	for _, s := range w.sources {
		s.Weave(x)
	}
	for _, r := range u.Works {
		reason := x.work(r)
		if reason == "" || !r.Element || !r.Helper {
			w.Report(pass.SiteReceive, u.File, r.Node, u.Name, reason)
		}
		x.Woven = x.Woven || reason == ""
	}
	if x.Woven {
		leave := &seam.Leave
		if !w.Own {
			leave = &seam.LeaveLib
		}
		t := pass.Prefix + "t"
		u.File.Open(u.Body.Lbrace, fmt.Sprintf("%s := %s(); defer %s(%s);", t,
			w.Reach(&seam.Enter), w.Reach(leave), t))
	}
	x.finish(w.rangesOf(u))
}
