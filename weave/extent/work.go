package extent

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// How long a message is worked on: where what was received is current, and where
// that is over.

// Work is a place where something is received that is worked on under who sent it.
type Work struct {
	By      Worker
	Node    ast.Node // the call, the channel operation, or the range statement
	Path    []ast.Node
	Kind    int      // which of the source's it is
	Results int      // of a call: how many, and which of them is it
	Index   int      //
	Helper  bool     // a function of the user's own returned it
	Into    ast.Expr // of a channel operation that can't be wrapped: the variable
	Batched bool     // taken out of a batch
	Alias   bool     // taken from a variable that it was put into
	// element says that what it came with is known right behind the receive and never
	// again. So to send it on, or to start a goroutine for it, is to work on it, and the
	// next one that a loop receives ends what the one before had.
	Element bool
}

// A Worker is the source of a work.
type Worker interface {
	// Holds reports whether a variable of type t may hold what was received.
	Holds(r *Work, t types.Type) bool
	// Same reports whether a variable of type t holds what is received, rather than
	// something made from it.
	Same(t types.Type) bool
	// Refuse returns why something is not worked on, or "". loops are those around.
	Refuse(x *Writer, r *Work, loops []ast.Stmt) string
	// Flags returns those of the source's own, of what is not handed on.
	Flags(x *Writer, r *Work) int
	// Func returns the name of the function that passes on what was received and makes
	// current what came with it; where that goes into a variable, the statement.
	Func(r *Work, flags int) string
}

// work weaves one place and returns why not, or "".
func (x *Writer) work(r *Work) string {
	p, reason := x.Place(r.Node, r.Path)
	if reason != "" {
		return reason
	}
	rng, _ := r.Node.(*ast.RangeStmt)
	if rng != nil {
		p.Loops = append(p.Loops[:len(p.Loops):len(p.Loops)], rng)
		p.Lists = append(p.Lists[:len(p.Lists):len(p.Lists)], inList{rng.Body, []ast.Stmt{rng}, 0})
	}
	if id, ok := r.Into.(*ast.Ident); r.Into != nil {
		if ok && id.Name == "_" {
			return "the message is dropped"
		} else if !ok {
			return "received into something other than a variable"
		}
	}
	if len(p.Lists) == 0 {
		return "not in a statement list"
	}
	if reason := r.By.Refuse(x, r, p.Loops); reason != "" {
		return reason
	}
	var drops []*Point
	h := x.workHolders(x.Unit, r)
	home := ast.Stmt(nil)
	if h != nil {
		home = x.Home(h, p)
		if rng != nil {
			home = rng
		}
		c := x.workCourse(r, h, rng)
		if !c.worked && (rng == nil || c.given) {
			return "the message is only put away: nothing works on it here"
		}
		drops = x.Needed(c, x.Unit.HandsWork, home)
	} else if len(p.Loops) > 0 {
		home = p.Loops[len(p.Loops)-1]
	}
	level := 0
	for i, l := range p.Loops {
		if l == home {
			level = i + 1
		}
	}
	flags := level << seam.PushLevel
	if x.Unit.HandsWork {
		flags |= seam.PushTransfer
	} else {
		flags |= r.By.Flags(x, r)
	}
	if r.Batched {
		flags |= seam.PushBatched
	}
	if reason := x.receiveAt(r, h, p, rng, flags, drops); reason != "" {
		return reason
	}
	if home != nil && !(r.Element && rng != nil) {
		x.Loop(home)
	}
	return ""
}

// receiveAt writes what makes the message current, and what ends that.
func (x *Writer) receiveAt(r *Work, h *Aliases, p Place, rng *ast.RangeStmt, flags int, drops []*Point) string {
	f := x.Unit.File
	seq, last := x.Reach(&seam.Seq), x.Reach(&seam.Last)
	dropped := func(t string) string { return fmt.Sprintf("%s(%s);", x.Reach(&seam.Drop), t) }
	if r.Into == nil { // it can be wrapped
		stmt, header := x.Host(r.Path, p)
		if h == nil && r.Element && x.startsIn(stmt) {
			return "received in a statement that starts a span"
		}
		_, returns := stmt.(*ast.ReturnStmt)
		switch {
		case returns, HasBody(stmt) && len(drops) == 0 && (h != nil || !r.Element):
		case HasBody(stmt) && h != nil:
			return "in the header of a statement with a body: how long the message is current can't be known"
		case h == nil:
			t := x.Token("^uint64(0)")
			x.Text(stmt).Before = append(x.Text(stmt).Before, fmt.Sprintf("%s = %s();", t, seq))
			x.Text(stmt).Behind = append(x.Text(stmt).Behind, fmt.Sprintf("%s(%s, 0)", x.Reach(&seam.Next), t))
		case len(drops) > 0 && !exactly(stmt, r.Node):
			// What passes it on may push and pop: what is left is the message's.
			from, to := x.Token("uint64(0)"), x.Token("uint64(0)")
			x.Text(stmt).Before = append(x.Text(stmt).Before, fmt.Sprintf("%s = %s();", from, seq))
			x.Text(stmt).Behind = append(x.Text(stmt).Behind, fmt.Sprintf("%s = %s()", to, seq))
			x.Drop(drops, fmt.Sprintf("%s(%s, %s);", x.Reach(&seam.Between), from, to))
		case len(drops) > 0:
			t := x.Token("uint64(0)")
			x.Text(stmt).Before = append(x.Text(stmt).Before, fmt.Sprintf("%s = %s();", t, seq))
			x.Text(stmt).Behind = append(x.Text(stmt).Behind, fmt.Sprintf("%s = %s(%s)", t, last, t))
			x.Drop(drops, dropped(t))
		}
		if r.Helper {
			x.Text(stmt).Before = append(x.Text(stmt).Before, x.Reach(&seam.Pre)+"();")
		}
		if header != nil && x.Around[stmt] != nil {
			x.Moved[header] = stmt
		}
		f.Before(r.Node, splice.Part{Text: r.By.Func(r, flags) + "("})
		f.After(r.Node, ")")
		return ""
	}
	texts := []string{r.By.Func(r, flags)}
	if r.Element && rng != nil {
		x.chain(rng, flags, drops)
		return ""
	}
	if len(drops) > 0 {
		t := x.Token("uint64(0)")
		texts = []string{fmt.Sprintf("%s = %s()", t, seq), texts[0], fmt.Sprintf("%s = %s(%s)", t, last, t)}
		x.Drop(drops, dropped(t))
	}
	text := strings.Join(texts, ";") + ";"
	if rng != nil {
		x.late = append(x.late, late{rng.Body.Lbrace, text})
		return ""
	}
	// The statement, and what it is in.
	i := len(r.Path) - 1
	for ; i > 0; i-- {
		if _, ok := r.Path[i].(ast.Stmt); ok {
			break
		}
	}
	stmt, around := r.Path[i].(ast.Stmt), ast.Node(x.Unit.Body)
	if i > 0 {
		around = r.Path[i-1]
	}
	switch around := around.(type) {
	case *ast.CommClause:
		if around.Comm == stmt {
			f.Open(around.Colon, " "+text)
			return ""
		}
	case *ast.BlockStmt, *ast.CaseClause, *ast.LabeledStmt:
	case *ast.IfStmt:
		if around.Init != stmt {
			return "received in the header of a statement"
		}
		f.Open(around.Body.Lbrace, text)
		return ""
	default:
		return "received in the header of a statement"
	}
	x.Text(stmt).Behind = append(texts, x.Text(stmt).Behind...)
	return ""
}

// startsIn reports whether a statement starts a span that is to stay current behind it.
func (x *Writer) startsIn(s ast.Stmt) bool {
	return slices.ContainsFunc(x.Unit.Calls, func(c *Call) bool { return c.Site && pass.Within(c.Expr.Pos(), s) })
}

// exactly reports whether a statement assigns what a node returns, and no more.
func exactly(s ast.Stmt, n ast.Node) bool {
	a, ok := s.(*ast.AssignStmt)
	return !ok || len(a.Rhs) == 1 && ast.Unparen(a.Rhs[0]) == n
}

// workHolders returns the variable that a message is received into, nil where
// it is none.
func (w *Funcs) workHolders(u *Unit, r *Work) *Aliases {
	v := w.WorkVar(r)
	if v == nil {
		return nil
	}
	h := w.newHolders(u)
	h.work, h.By = r, v
	h.Rest[v] = true
	for changed := true; changed; {
		changed = false
		for _, n := range u.Nodes {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					changed = h.derived(r, l, valueOf(n.Rhs, len(n.Lhs), i)) || changed
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					changed = h.derived(r, id, valueOf(n.Values, len(n.Names), i)) || changed
				}
			}
		}
		ast.Inspect(u.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				changed = h.filled(call) || changed
			}
			return true
		})
	}
	return h
}

// valueOf returns what the ith of n variables is assigned, nil for nothing.
func valueOf(rhs []ast.Expr, n, i int) ast.Expr {
	switch len(rhs) {
	case 0:
		return nil
	case n:
		return rhs[i]
	}
	return rhs[0]
}

// derived notes a variable that is made from a message: who works on that works
// on the message.
func (h *Aliases) derived(r *Work, l, e ast.Expr) bool {
	v, ok := h.object(l).(*types.Var)
	if !ok || e == nil || v.Pos() < r.Node.Pos() || !h.Local(v) || h.Rest[v] || h.More[v] || !r.Element && r.By.Same(v.Type()) {
		return false
	}
	if h.scan(e)&^gives == 0 {
		return false
	}
	h.More[v] = true
	return true
}

// filled notes a variable whose address a call is given beside a message, or what
// is made from one: it is decoded there.
func (h *Aliases) filled(call *ast.CallExpr) bool {
	var into []types.Object
	for _, a := range call.Args {
		if u, ok := ast.Unparen(a).(*ast.UnaryExpr); ok && u.Op == token.AND {
			if v, ok := h.object(u.X).(*types.Var); ok && h.Local(v) && !h.Rest[v] && !h.More[v] {
				into = append(into, v)
			}
		}
	}
	if len(into) == 0 || h.scan(call) == 0 {
		return false
	}
	for _, o := range into {
		h.More[o] = true
	}
	return true
}

// WorkVar returns the variable that a message is received into.
func (w *Funcs) WorkVar(r *Work) *types.Var {
	into := r.Into
	if r.Element && !r.Helper && into == nil && !straight(r.Node, r.Path) {
		return nil
	}
	for i := len(r.Path) - 1; into == nil && i >= 0; i-- {
		var lhs []ast.Expr
		switch s := r.Path[i].(type) {
		case *ast.CallExpr, *ast.ParenExpr:
			continue // what passes it on
		case *ast.AssignStmt:
			if len(s.Rhs) == 1 {
				lhs = s.Lhs
			}
		case *ast.ValueSpec:
			if len(s.Values) == 1 {
				for _, id := range s.Names {
					lhs = append(lhs, id)
				}
			}
		}
		for _, l := range lhs {
			if !(r.Element && pass.IsBlank(l)) && r.By.Holds(r, w.Info.TypeOf(l)) {
				into = l
				break
			}
		}
		break
	}
	id, ok := into.(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	v, _ := w.ObjectOf(id).(*types.Var)
	return v
}

// straight reports whether an expression is all that a statement assigns or declares.
func straight(n ast.Node, path []ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch p := path[i].(type) {
		case *ast.ParenExpr:
			n = p
		case *ast.AssignStmt:
			return len(p.Rhs) == 1 && ast.Node(p.Rhs[0]) == n
		case *ast.ValueSpec:
			return len(p.Values) == 1 && ast.Node(p.Values[0]) == n
		default:
			return false
		}
	}
	return false
}

// workCourse returns how long a message is worked on. One that a loop receives
// is until the iteration is over, if it is not put away before.
func (x *Writer) workCourse(r *Work, h *Aliases, rng *ast.RangeStmt) *Course {
	if x.Unit.Flow == nil {
		x.Unit.Flow = NewFlow(x.Unit.Body, x.Never)
	}
	start, in := ast.Node(r.Node), ast.Node(nil)
	if rng != nil {
		start, in = r.Into, rng.Body
	} else if r.Alias {
		start = r.Path[len(r.Path)-1]
	}
	restarts := func(n ast.Node) (again, blind bool) {
		for _, o := range x.Unit.Works {
			if o != r && pass.Inside(o.Node, n) && x.WorkVar(o) == h.By {
				return true, false
			}
		}
		return false, false
	}
	return x.Follow(x.Unit.Flow, h, start, restarts, x.Unit.HandsWork, false, in)
}

// chain writes what a loop over a channel does with what came with its elements: the
// next one ends what the one before had, and what leaves the loop the last.
func (x *Writer) chain(rng *ast.RangeStmt, flags int, drops []*Point) {
	t := x.Token("uint64(0)")
	drop := fmt.Sprintf("%s(%s)", x.Reach(&seam.Drop), t)
	x.late = append(x.late, late{rng.Body.Lbrace, fmt.Sprintf("%[1]s = %[2]s(%[1]s, %[3]d);", t, x.Reach(&seam.GotNext), flags)})
	x.Drop(drops, drop+";")
	label := ""
	s := x.listed(rng)
	if l, ok := s.(*ast.LabeledStmt); ok {
		label = l.Label.Name
	}
	a := x.Text(s)
	a.Behind = append([]string{drop}, a.Behind...)
	inside := map[string]bool{label: true}
	ast.Inspect(rng.Body, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok {
			inside[l.Label.Name] = true
		}
		return true
	})
	ast.Inspect(rng.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if n.Label != nil && !inside[n.Label.Name] {
				x.Unit.File.Before(n, splice.Part{Text: drop + ";"})
			}
		}
		return true
	})
}

// TakenFunc returns the name of the generic function that passes on what a function of
// the user's own has received, and makes current what that left.
func (w *Funcs) TakenFunc(r *Work, flags int) string {
	name := fmt.Sprintf("%staken%d_%d", pass.Prefix, r.Results, flags)
	w.Declare(pass.PassFunc(name, r.Results, fmt.Sprintf("%s(%d)", w.Reach(&seam.TakeMessage), flags)))
	return name
}

// Dropped reports whether a call's results go nowhere.
func Dropped(n *ast.CallExpr, path []ast.Node) bool {
	if len(path) == 0 {
		return false
	}
	switch p := path[len(path)-1].(type) {
	case *ast.GoStmt:
		return p.Call == n
	case *ast.DeferStmt:
		return p.Call == n
	case *ast.ExprStmt:
		return true
	}
	return false
}

// CommaOK returns the variable that a channel operation receives into, nil
// where the operation is an expression that can be wrapped: that is not so in
// v, ok := <-ch and in the cases of a select. It is _ where the message is dropped.
func CommaOK(n *ast.UnaryExpr, path []ast.Node) ast.Expr {
	var in ast.Node = n
	for i := len(path) - 1; i >= 0; i-- {
		switch p := path[i].(type) {
		case *ast.ParenExpr:
			in = p
		case *ast.AssignStmt:
			clause := i > 0 && isClause(path[i-1], p)
			if len(p.Rhs) == 1 && p.Rhs[0] == in && (clause || len(p.Lhs) == 2) {
				return p.Lhs[0]
			}
			return nil
		case *ast.ValueSpec:
			if len(p.Values) == 1 && p.Values[0] == in && len(p.Names) == 2 {
				return p.Names[0]
			}
			return nil
		case *ast.ExprStmt:
			return ast.NewIdent("_")
		default:
			return nil
		}
	}
	return nil
}

func isClause(n ast.Node, comm ast.Stmt) bool {
	c, ok := n.(*ast.CommClause)
	return ok && c.Comm == comm
}
