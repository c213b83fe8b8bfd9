package extent

import (
	"fmt"
	"go/ast"
	"go/token"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// How the iterations of loops end the extents of what their bodies declare, and
// which jumps leave an iteration.

// leaves reports whether a jump leaves a loop's iteration.
func (x *Writer) leaves(s ast.Stmt, loop ast.Stmt) bool {
	b, ok := s.(*ast.BranchStmt)
	if !ok || !pass.Within(b.Pos(), loopBody(loop)) {
		return false
	}
	if b.Tok == token.GOTO {
		l := x.Unit.Labels[b.Label.Name]
		return l != nil && !pass.Within(l.Pos(), loopBody(loop))
	}
	if b.Tok == token.FALLTHROUGH {
		return false
	}
	// What it is meant for: the loop itself, what is around it, or in it.
	leaves, inner := true, 0
	var path []ast.Node
	ast.Inspect(loopBody(loop), func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if n == ast.Node(b) {
			for i := len(path) - 1; i >= 0; i-- {
				st, ok := path[i].(ast.Stmt)
				if !ok || !breakable(st) {
					continue
				}
				label := ""
				if i > 0 {
					if l, ok := path[i-1].(*ast.LabeledStmt); ok {
						label = l.Label.Name
					}
				}
				if b.Label != nil && b.Label.Name == label || b.Label == nil && (IsLoop(st) || b.Tok == token.BREAK) {
					leaves = false
				}
				inner++
			}
		}
		path = append(path, n)
		return true
	})
	return leaves
}

// Home returns the loop with whose iteration the extent ends: the innermost one
// in whose body the span's variable was declared.
func (x *Writer) Home(h *Aliases, p Place) (home ast.Stmt) {
	if len(p.Loops) == 0 {
		return nil
	}
	inner := p.Loops[len(p.Loops)-1]
	if h.By == nil || x.onlyIn(inner, h, p) {
		return inner
	}
	for _, l := range p.Loops {
		if pass.Within(h.declared(), loopBody(l)) {
			home = l
		}
	}
	return home
}

// onlyIn reports whether the span's variable is used as one declared in a
// loop's body would be: each iteration starts a span into it, and nothing else
// knows of it.
func (x *Writer) onlyIn(loop ast.Stmt, h *Aliases, p Place) bool {
	list := p.Lists[len(p.Lists)-1]
	if list.in != ast.Node(loopBody(loop)) || x.captured(h) || len(h.Ends)+len(h.Rest) == 0 || h.work == nil && len(h.Ends) == 0 {
		return false
	}
	only := true
	ast.Inspect(x.Unit.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if o := h.object(id); ok && (h.Ends[o] || h.work != nil && h.Rest[o]) && x.Info.Defs[id] == nil {
			only = only && list.stmt().Pos() <= id.Pos() && id.Pos() < loopBody(loop).End()
		}
		return only
	})
	return only
}

// captured reports whether what holds on to the span is another function's.
func (x *Writer) captured(h *Aliases) bool {
	pos := h.declared()
	return pos < x.Unit.Start || x.Unit.Body.End() <= pos
}

func loopBody(l ast.Stmt) *ast.BlockStmt {
	if f, ok := l.(*ast.ForStmt); ok {
		return f.Body
	}
	return l.(*ast.RangeStmt).Body
}

func (x *Writer) Loop(l ast.Stmt) {
	if x.loops[l] == "" {
		x.loops[l] = fmt.Sprintf("%sl%d", pass.Prefix, len(x.loops)+1)
		x.order = append(x.order, l)
	}
}

// next is the call that ends the iteration of a loop.
func (x *Writer) next(l ast.Stmt) string {
	return fmt.Sprintf("%s(%s, %d);", x.Reach(&seam.Next), x.loops[l], x.level(l))
}

// level tells how deep among the unit's loops a loop is, from 1.
func (x *Writer) level(l ast.Stmt) int {
	n := 0
	ast.Inspect(x.Unit.Body, func(node ast.Node) bool {
		switch s := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			if pass.Within(l.Pos(), loopBody(s.(ast.Stmt))) || node == ast.Node(l) {
				n++
			}
		}
		return true
	})
	return n
}

// jumps weaves the statements that leave an iteration half-way. around holds
// what continue and break statements may be meant for, outermost first, each
// under its label if it has one.
func (x *Writer) jumps(root ast.Node, around []ast.Stmt) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n == root {
			return true
		}
		switch s := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if l := x.left(s, around); l != nil {
				x.Unit.File.Before(s, splice.Part{Text: x.next(l)})
			}
		case *ast.LabeledStmt:
			if breakable(s.Stmt) {
				x.jumps(s.Stmt, append(around[:len(around):len(around)], s))
				return false
			}
		case ast.Stmt:
			if breakable(s) {
				x.jumps(s, append(around[:len(around):len(around)], s))
				return false
			}
		}
		return true
	})
}

// left returns the outermost woven loop whose iteration a jump ends, that of
// its target included.
func (x *Writer) left(b *ast.BranchStmt, around []ast.Stmt) ast.Stmt {
	var outermost ast.Stmt
	if b.Tok == token.GOTO {
		for _, l := range x.order {
			if x.leaves(b, l) && (outermost == nil || pass.Within(outermost.Pos(), l)) {
				outermost = l
			}
		}
		return outermost
	}
	if b.Tok != token.CONTINUE && b.Tok != token.BREAK {
		return nil
	}
	for i := len(around) - 1; i >= 0; i-- {
		s, label := around[i], ""
		if l, ok := s.(*ast.LabeledStmt); ok {
			s, label = l.Stmt, l.Label.Name
		}
		if x.loops[s] != "" {
			outermost = s
		}
		if b.Label != nil && b.Label.Name == label || b.Label == nil && (IsLoop(s) || b.Tok == token.BREAK) {
			break
		}
	}
	return outermost
}

func IsLoop(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

// breakable reports whether a break statement may be meant for s.
func breakable(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		return true
	}
	return IsLoop(s)
}

// Leaves reports whether a select's case leaves the loop with what it has received: that
// is an answer.
func Leaves(path []ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		c, ok := path[i].(*ast.CommClause)
		if !ok {
			continue
		}
		if len(c.Body) == 0 {
			return false
		}
		switch s := c.Body[len(c.Body)-1].(type) {
		case *ast.ReturnStmt:
			return true
		case *ast.BranchStmt:
			return s.Tok == token.BREAK && s.Label != nil || s.Tok == token.GOTO
		}
		return false
	}
	return false
}
