package extent

import (
	"fmt"
	"go/ast"
	"go/token"
	"sort"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// Where the text of extents goes: around statements, and at the ends of lists.

// Around is text to put before and behind a statement.
type Around struct {
	over   []string // ends of extents
	Before []string
	Behind []string
	braced bool // it is an if behind an else
}

// ending is text at the end of a list.
type ending struct {
	in   ast.Node
	text string
}

// late is what begins a block, behind the tokens of its loop.
type late struct {
	brace token.Pos
	text  string
}

// Place is where in its unit a call is.
type Place struct {
	Loops []ast.Stmt // those whose body it is in, outermost first
	Lists []inList   // the statement lists it is in, outermost first
}

// inList is a statement in a list.
type inList struct {
	in   ast.Node // the block or clause
	list []ast.Stmt
	i    int
}

func (l inList) stmt() ast.Stmt { return l.list[l.i] }

// Place finds where a node is, below its ancestors, or why it is not woven
// there.
func (x *Writer) Place(node ast.Node, path []ast.Node) (p Place, reason string) {
	for i, n := range path {
		next := node
		if i+1 < len(path) {
			next = path[i+1]
		}
		switch n := n.(type) {
		case *ast.ForStmt:
			if next == n.Body {
				p.Loops = append(p.Loops, n)
			} else if next == n.Cond || next == n.Post {
				return p, "in a loop's header: how long the span is current can't be known"
			}
		case *ast.RangeStmt:
			if next == n.Body {
				p.Loops = append(p.Loops, n)
			}
		}
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		p.list(n, list, next)
	}
	return p, ""
}

func (p *Place) list(in ast.Node, list []ast.Stmt, next ast.Node) {
	if b, ok := in.(*ast.BlockStmt); ok {
		list = b.List
	}
	switch next.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return // a list of clauses: nothing runs between them
	}
	for i, s := range list {
		if s == next {
			p.Lists = append(p.Lists, inList{in, list, i})
		}
	}
}

// Host returns the statement that a call is in, the innermost one that text can be
// put around. The init statement of a statement with a header, which is returned
// too, can be moved in front of that.
func (x *Writer) Host(path []ast.Node, p Place) (stmt, header ast.Stmt) {
	list := p.Lists[len(p.Lists)-1].stmt()
	for i := len(path) - 1; i > 0; i-- {
		s, ok := path[i].(ast.Stmt)
		if !ok {
			continue
		}
		switch in := path[i-1].(type) {
		case *ast.IfStmt:
			if in.Init == s {
				return s, in
			}
		case *ast.SwitchStmt:
			if in.Init == s && ast.Stmt(in) == list { // unless a break names it
				return s, in
			}
		case *ast.TypeSwitchStmt:
			if in.Init == s && ast.Stmt(in) == list {
				return s, in
			}
		}
		break
	}
	for {
		l, ok := list.(*ast.LabeledStmt)
		if !ok || HasBody(l.Stmt) {
			return list, nil
		}
		list = l.Stmt // a goto to the label passes what is in front of it
	}
}

// Text returns what is put around a statement.
func (x *Writer) Text(s ast.Stmt) *Around {
	a := x.Around[s]
	if a == nil {
		a = &Around{}
		x.Around[s] = a
	}
	return a
}

// Drop puts the end of an extent at points.
func (x *Writer) Drop(at []*Point, text string) {
	for _, p := range at {
		if p.before == nil {
			x.ends = append(x.ends, ending{p.end, text})
			continue
		}
		a := x.Text(p.before)
		a.over = append(a.over, text)
		a.braced = a.braced || p.inElse
	}
}

// Token returns the name of a new variable that remembers a frame. It is declared
// where the function's body begins, so that every path, a goto's too, has it. As
// long as it was not set it names no frame.
func (x *Writer) Token(init string) string {
	t := fmt.Sprintf("%sv%d", pass.Prefix, len(x.decls)+1)
	x.decls = append(x.decls, t+" := "+init+";")
	return t
}

// finish writes what was decided: the tokens' declarations, what is put around
// statements, and the ends of the loops' iterations.
func (x *Writer) finish(ranges []*ast.RangeStmt) {
	f := x.Unit.File
	for _, d := range x.decls {
		f.Open(x.Unit.Body.Lbrace, d)
	}
	x.rangesOver(ranges)
	for _, l := range x.order {
		body := loopBody(l)
		f.Open(body.Lbrace, fmt.Sprintf("%s := %s();", x.loops[l], x.Reach(&seam.Seq)))
	}
	for _, l := range x.late {
		f.Open(l.brace, l.text)
	}
	x.statements()
	for _, e := range x.ends {
		x.atEnd(e.in, e.text)
	}
	for _, l := range x.order {
		f.Close(loopBody(l).Rbrace, ";"+strings.TrimSuffix(x.next(l), ";"))
	}
	if len(x.order) > 0 {
		x.jumps(x.Unit.Body, nil)
	}
	x.rangesLeft(ranges)
}

// statements writes what is put around statements.
func (x *Writer) statements() {
	f := x.Unit.File
	stmts := make([]ast.Stmt, 0, len(x.Around))
	for s := range x.Around {
		stmts = append(stmts, s)
	}
	sort.Slice(stmts, func(i, j int) bool {
		return stmts[i].Pos() < stmts[j].Pos() || stmts[i].Pos() == stmts[j].Pos() && f.Order[stmts[i]] < f.Order[stmts[j]]
	})
	isInit := map[ast.Stmt]bool{}
	for _, init := range x.Moved {
		isInit[init] = true
	}
	for _, s := range stmts {
		a := x.Around[s]
		if isInit[s] || x.Moved[s] != nil {
			continue
		}
		open, shut := "", ""
		if a.braced {
			open, shut = "{", "}"
		}
		if text := open + strings.Join(a.over, "") + strings.Join(a.Before, ""); text != "" {
			f.Before(s, splice.Part{Text: text})
		}
		if len(a.Behind) > 0 || shut != "" {
			f.After(s, shut+behind(a.Behind))
		}
	}
	for _, s := range sortedHeaders(x.Moved) {
		init := x.Moved[s]
		a, i := x.Text(s), x.Text(init)
		open, shut := "", ""
		if a.braced {
			open, shut = "{", "}"
		}
		f.Before(s, splice.Part{Text: open + strings.Join(a.over, "") + strings.Join(a.Before, "") + "{" + strings.Join(i.over, "") + strings.Join(i.Before, "")}, splice.Part{Node: init},
			splice.Part{Text: behind(i.Behind) + ";"})
		f.Replace(init, "")
		f.After(s, "}"+behind(a.Behind)+shut)
	}
}

func behind(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return ";" + strings.Join(texts, ";")
}

func sortedHeaders(m map[ast.Stmt]ast.Stmt) []ast.Stmt {
	var out []ast.Stmt
	for s := range m {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Pos() < out[j].Pos() })
	return out
}

// atEnd puts text at the end of a list.
func (x *Writer) atEnd(in ast.Node, text string) {
	f := x.Unit.File
	var list []ast.Stmt
	switch in := in.(type) {
	case *ast.BlockStmt:
		f.Close(in.Rbrace, ";"+strings.TrimSuffix(text, ";"))
		return
	case *ast.CaseClause:
		list = in.Body
		if len(list) == 0 {
			f.Open(in.Colon, " "+text)
		}
	case *ast.CommClause:
		list = in.Body
		if len(list) == 0 {
			f.Open(in.Colon, " "+text)
		}
	}
	if len(list) > 0 {
		f.After(list[len(list)-1], ";"+strings.TrimSuffix(text, ";"))
	}
}

func HasBody(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return HasBody(s.Stmt)
	case *ast.IfStmt:
		return true
	}
	return breakable(s)
}
