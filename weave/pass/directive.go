package pass

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"
)

// Directives say of a declaration, or a statement, in scope what a hook says
// of a library:
//
//	//drift:bind task
//	func (q *Queue) Enqueue(task func()) { ... }
//
//	//drift:fresh
//	func (q *Queue) start() { go q.run() }
//
// bind stands over a function and names its parameters to bind. fresh stands
// over, or behind on the same line, a function, a function literal, a go
// statement or a call that hands work off.
const (
	Directive      = "//drift:"
	BindDirective  = Directive + "bind"
	FreshDirective = Directive + "fresh"
	// inherit stands over, or behind, a go statement or a call that hands work off:
	// though its function serves, it starts under what is current.
	InheritDirective = Directive + "inherit"
)

// Directives calls do for every directive of a file, with the line that it
// speaks for: its own if there is code on it, else the first one behind its
// comment group.
func Directives(fset *token.FileSet, f *ast.File, src []byte, do func(c *ast.Comment, name, args string, line int) error) error {
	if !bytes.Contains(src, []byte(Directive)) {
		return nil
	}
	for _, g := range f.Comments {
		for _, c := range g.List {
			text, ok := strings.CutPrefix(c.Text, Directive)
			if !ok {
				continue
			}
			name, args, _ := strings.Cut(text, " ")
			at := fset.PositionFor(c.Pos(), false)
			line := at.Line
			if len(bytes.TrimSpace(src[at.Offset-at.Column+1:at.Offset])) == 0 {
				line = fset.PositionFor(g.End(), false).Line + 1
			}
			if err := do(c, strings.TrimSpace(name), strings.TrimSpace(args), line); err != nil {
				return err
			}
		}
	}
	return nil
}

// directiveLines returns the lines that directives of a kind speak for.
func directiveLines(fset *token.FileSet, f *ast.File, src []byte, kind string) map[int]bool {
	var lines map[int]bool
	Directives(fset, f, src, func(_ *ast.Comment, name, _ string, line int) error {
		if Directive+name == kind {
			if lines == nil {
				lines = map[int]bool{}
			}
			lines[line] = true
		}
		return nil
	})
	return lines
}

// FreshTarget reports whether something starts on a line that may be fresh.
func (f *File) FreshTarget(line int) bool {
	found := false
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit, *ast.GoStmt, *ast.CallExpr, *ast.SendStmt:
			found = found || f.Line(n) == line
		}
		return !found
	})
	return found
}

// Inherits reports whether an inherit directive speaks for a node's line.
func (f *File) Inherits(n ast.Node) bool { return f.inherit[f.Line(n)] }

func (f *File) Line(n ast.Node) int { return f.Fset.PositionFor(n.Pos(), false).Line }

func (f *File) IsFresh(n ast.Node) bool { return f.Fresh[f.Line(n)] }
