package weave

import (
	"fmt"
	"go/ast"
	"go/token"
)

// otelTrace is the package whose Span and Tracer are followed.
const (
	otelModule = "go.opentelemetry.io/otel"
	otelTrace  = otelModule + "/trace"
)

// Flags of a push, as the runtime hook's frame.go has them.
const (
	flagSure     = 1
	flagTransfer = 2
	flagByFunc   = 4
	flagBatched  = 8  // of a message: taken out of a batch
	flagKept     = 16 // the span's context went elsewhere than the one it was started from
	flagUsed     = 32 // started elsewhere, and used on here
	flagNested   = 64 // of what was received from a channel: not the first in its loop's round
	levelShift   = 8
)

// needed returns the places where a span's extent ends and nothing else ends it.
func (x *extents) needed(c *course, passed bool, home ast.Stmt) []*point {
	var drops []*point
	for _, p := range c.drops {
		switch {
		case p.before == nil && p.end == nil:
			continue // no text can be put there
		case home != nil && (p.end == ast.Node(loopBody(home)) || p.jump && x.leaves(p.before, home)):
			continue // the end of the iteration is
		case passed || len(x.u.defers) > 0:
		case p.end == ast.Node(x.u.body):
			continue // the function returns
		case p.before != nil && quiet(p.before):
			continue
		}
		drops = append(drops, p)
	}
	return drops
}

// quiet tells whether a statement returns and does nothing else.
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

// keep has the token name no frame from where the function is sure to end the
// span when it returns: where paths meet, those that came by there keep it.
func (x *extents) keep(c *course, token string) {
	for p, e := range c.at {
		if e&keeps != 0 && p.before != nil {
			a := x.text(p.before)
			a.behind = append(a.behind, token+" = 0")
		}
	}
}

// exact tells whether the call's results go straight into variables, or nowhere:
// then the push is the last thing that its statement does.
func (w *Funcs) exact(c *call, n ast.Node) bool {
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
	return len(rhs) == 1 && ast.Unparen(rhs[0]) == ast.Expr(c.expr)
}

// An extentSource is a kind of thing that becomes current: spans that are started, messages
// and elements of channels that are received.
type extentSource interface {
	// Gather notes what a node of a unit has to do with the source. path holds its
	// ancestors within the unit. Func literals are units of their own.
	Gather(u *unit, n ast.Node, path []ast.Node)
	// Weave weaves what was noted of a unit, other than its works.
	Weave(x *extents)
}

// extents weaves how long things are current within one unit.
type extents struct {
	*Funcs
	u      *unit
	woven  bool
	loops  map[ast.Stmt]string // loops that end extents, with their token's name
	order  []ast.Stmt          // the same in source order
	decls  []string            // tokens, declared where the body begins
	ends   []ending            // text at the ends of lists
	late   []late
	around map[ast.Stmt]*around  // text around statements
	moved  map[ast.Stmt]ast.Stmt // statements with a header, whose init statement moves in front
}

// weaveAll weaves all units: first what each of the sources starts in one, then what
// it receives.
func (w *Funcs) weaveAll() {
	for _, u := range w.all {
		w.weaveUnit(u)
	}
}

func (w *Funcs) weaveUnit(u *unit) {
	x := &extents{Funcs: w, u: u, loops: map[ast.Stmt]string{}, around: map[ast.Stmt]*around{}, moved: map[ast.Stmt]ast.Stmt{}}
	for _, s := range w.sources {
		s.Weave(x)
	}
	for _, r := range u.works {
		reason := x.work(r)
		if reason == "" || !r.element || !r.helper {
			w.site("receive", u.f, r.node, u.name, reason)
		}
		x.woven = x.woven || reason == ""
	}
	if x.woven {
		leave := "leave"
		if !w.Own {
			leave = "leaveLib"
		}
		t := Prefix + "t"
		u.f.open(u.body.Lbrace, fmt.Sprintf("%s := %s(); defer %s(%s);", t,
			w.runtimeFunc("enter", "() uint64"), w.runtimeFunc(leave, "(token uint64)"), t))
	}
	x.finish(w.rangesOf(u))
}
