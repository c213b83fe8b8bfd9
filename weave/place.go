package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"sort"
	"strings"
)

// Where the text of extents goes: around statements, and at the ends of lists.

// around is text to put before and behind a statement.
type around struct {
	over   []string // ends of extents
	before []string
	behind []string
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

// place is where in its unit a call is.
type place struct {
	loops []ast.Stmt // those whose body it is in, outermost first
	lists []listed   // the statement lists it is in, outermost first
}

// listed is a statement in a list.
type listed struct {
	in   ast.Node // the block or clause
	list []ast.Stmt
	i    int
}

func (l listed) stmt() ast.Stmt { return l.list[l.i] }

// place finds where a node is, below its ancestors, or why it is not woven
// there.
func (x *extents) place(node ast.Node, path []ast.Node) (p place, reason string) {
	for i, n := range path {
		next := node
		if i+1 < len(path) {
			next = path[i+1]
		}
		switch n := n.(type) {
		case *ast.ForStmt:
			if next == n.Body {
				p.loops = append(p.loops, n)
			} else if next == n.Cond || next == n.Post {
				return p, "in a loop's header: how long the span is current can't be known"
			}
		case *ast.RangeStmt:
			if next == n.Body {
				p.loops = append(p.loops, n)
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

func (p *place) list(in ast.Node, list []ast.Stmt, next ast.Node) {
	if b, ok := in.(*ast.BlockStmt); ok {
		list = b.List
	}
	switch next.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return // a list of clauses: nothing runs between them
	}
	for i, s := range list {
		if s == next {
			p.lists = append(p.lists, listed{in, list, i})
		}
	}
}

// host returns the statement that a call is in, the innermost one that text can be
// put around. The init statement of a statement with a header, which is returned
// too, can be moved in front of that.
func (x *extents) host(path []ast.Node, p place) (stmt, header ast.Stmt) {
	list := p.lists[len(p.lists)-1].stmt()
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
		if !ok || hasBody(l.Stmt) {
			return list, nil
		}
		list = l.Stmt // a goto to the label passes what is in front of it
	}
}

// text returns what is put around a statement.
func (x *extents) text(s ast.Stmt) *around {
	a := x.around[s]
	if a == nil {
		a = &around{}
		x.around[s] = a
	}
	return a
}

// drop puts the end of an extent at points.
func (x *extents) drop(at []*point, text string) {
	for _, p := range at {
		if p.before == nil {
			x.ends = append(x.ends, ending{p.end, text})
			continue
		}
		a := x.text(p.before)
		a.over = append(a.over, text)
		a.braced = a.braced || p.inElse
	}
}

// token returns the name of a new variable that remembers a frame. It is declared
// where the function's body begins, so that every path, a goto's too, has it. As
// long as it was not set it names no frame.
func (x *extents) token(init string) string {
	t := fmt.Sprintf("%sv%d", Prefix, len(x.decls)+1)
	x.decls = append(x.decls, t+" := "+init+";")
	return t
}

// finish writes what was decided: the tokens' declarations, what is put around
// statements, and the ends of the loops' iterations.
func (x *extents) finish(ranges []*ast.RangeStmt) {
	f := x.u.f
	for _, d := range x.decls {
		f.open(x.u.body.Lbrace, d)
	}
	x.rangesOver(ranges)
	for _, l := range x.order {
		body := loopBody(l)
		f.open(body.Lbrace, fmt.Sprintf("%s := %s();", x.loops[l], x.runtimeFunc("seq", "() uint64")))
	}
	for _, l := range x.late {
		f.open(l.brace, l.text)
	}
	x.statements()
	for _, e := range x.ends {
		x.atEnd(e.in, e.text)
	}
	for _, l := range x.order {
		f.close(loopBody(l).Rbrace, ";"+strings.TrimSuffix(x.next(l), ";"))
	}
	if len(x.order) > 0 {
		x.jumps(x.u.body, nil)
	}
	x.rangesLeft(ranges)
}

// statements writes what is put around statements.
func (x *extents) statements() {
	f := x.u.f
	stmts := make([]ast.Stmt, 0, len(x.around))
	for s := range x.around {
		stmts = append(stmts, s)
	}
	sort.Slice(stmts, func(i, j int) bool {
		return stmts[i].Pos() < stmts[j].Pos() || stmts[i].Pos() == stmts[j].Pos() && f.order[stmts[i]] < f.order[stmts[j]]
	})
	isInit := map[ast.Stmt]bool{}
	for _, init := range x.moved {
		isInit[init] = true
	}
	for _, s := range stmts {
		a := x.around[s]
		if isInit[s] || x.moved[s] != nil {
			continue
		}
		open, shut := "", ""
		if a.braced {
			open, shut = "{", "}"
		}
		if text := open + strings.Join(a.over, "") + strings.Join(a.before, ""); text != "" {
			f.before(s, part{text: text})
		}
		if len(a.behind) > 0 || shut != "" {
			f.after(s, shut+behind(a.behind))
		}
	}
	for _, s := range sortedHeaders(x.moved) {
		init := x.moved[s]
		a, i := x.text(s), x.text(init)
		open, shut := "", ""
		if a.braced {
			open, shut = "{", "}"
		}
		f.before(s, part{text: open + strings.Join(a.over, "") + strings.Join(a.before, "") + "{" + strings.Join(i.over, "") + strings.Join(i.before, "")}, part{node: init},
			part{text: behind(i.behind) + ";"})
		f.replace(init, "")
		f.after(s, "}"+behind(a.behind)+shut)
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
func (x *extents) atEnd(in ast.Node, text string) {
	f := x.u.f
	var list []ast.Stmt
	switch in := in.(type) {
	case *ast.BlockStmt:
		f.close(in.Rbrace, ";"+strings.TrimSuffix(text, ";"))
		return
	case *ast.CaseClause:
		list = in.Body
		if len(list) == 0 {
			f.open(in.Colon, " "+text)
		}
	case *ast.CommClause:
		list = in.Body
		if len(list) == 0 {
			f.open(in.Colon, " "+text)
		}
	}
	if len(list) > 0 {
		f.after(list[len(list)-1], ";"+strings.TrimSuffix(text, ";"))
	}
}

func hasBody(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return hasBody(s.Stmt)
	case *ast.IfStmt:
		return true
	}
	return breakable(s)
}
