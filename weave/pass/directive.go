package pass

import (
	"bytes"
	"go/ast"
	"go/token"
	"slices"
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

// directed is what the directives of a file speak for: whatever starts on the line.
type directed struct {
	fresh, inherit map[ast.Node]bool
	spoken         map[int]bool // the lines where it is something
}

// direct finds what the fresh and inherit directives of a file speak for. A literal
// that a go statement on its line runs is that one's.
func (f *File) direct(src []byte) {
	f.fresh = map[ast.Node]bool{}
	fresh, inherit := map[int]bool{}, map[int]bool{} // lines
	Directives(f.Fset, f.Syntax, src, func(_ *ast.Comment, name, _ string, line int) error {
		switch Directive + name {
		case FreshDirective:
			fresh[line] = true
		case InheritDirective:
			inherit[line] = true
		}
		return nil
	})
	if len(fresh)+len(inherit) == 0 {
		return
	}
	f.inherit, f.spoken = map[ast.Node]bool{}, map[int]bool{}
	var path []ast.Node
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		line := f.line(n)
		if inherit[line] {
			f.inherit[n] = true
		}
		if fresh[line] && !f.runBy(n, path) {
			f.fresh[n] = true
		}
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit, *ast.GoStmt, *ast.CallExpr, *ast.SendStmt:
			f.spoken[line] = true
		}
		path = append(path, n)
		return true
	})
}

// runBy reports whether a node is a func literal in a go statement that starts on its
// line.
func (f *File) runBy(n ast.Node, path []ast.Node) bool {
	_, lit := n.(*ast.FuncLit)
	return lit && slices.ContainsFunc(path, func(p ast.Node) bool {
		_, ok := p.(*ast.GoStmt)
		return ok && f.line(p) == f.line(n)
	})
}

func (f *File) line(n ast.Node) int { return f.Fset.PositionFor(n.Pos(), false).Line }

// Speaks reports whether a fresh or inherit directive can speak for something that
// starts on a line.
func (f *File) Speaks(line int) bool { return f.spoken[line] }

// StartsOn reports whether a node starts on a line.
func (f *File) StartsOn(n ast.Node, line int) bool { return f.line(n) == line }

// HasFresh reports whether a fresh directive speaks for anything in the file.
func (f *File) HasFresh() bool { return len(f.fresh) > 0 }

// IsFresh reports whether a fresh directive speaks for a node.
func (f *File) IsFresh(n ast.Node) bool { return f.fresh[n] }

// MakeFresh does what a directive over a declaration would.
func (f *File) MakeFresh(fd *ast.FuncDecl) { f.fresh[fd] = true }

// Claim has the fresh directive of a statement speak for that alone: a literal that
// starts on its line is not fresh itself.
func (f *File) Claim(stmt ast.Node) {
	ast.Inspect(stmt, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit && f.line(n) == f.line(stmt) {
			delete(f.fresh, n)
		}
		return true
	})
}

// Inherits reports whether an inherit directive speaks for a node.
func (f *File) Inherits(n ast.Node) bool { return f.inherit[n] }

// EachDecl calls do for each declaration of the package, with the name that sites in it
// have.
func (w *Pass) EachDecl(do func(f *File, name string, d ast.Decl)) {
	for _, f := range w.Files {
		for _, d := range f.Syntax.Decls {
			name := "package level"
			if fd, ok := d.(*ast.FuncDecl); ok {
				name = DeclName(fd)
			}
			do(f, name, d)
		}
	}
}

// Walk calls do for the nodes of a declaration in order, as long as do says that it is to
// go on into them. path holds a node's ancestors; fresh says that a fresh directive speaks
// for a function around it.
func (f *File) Walk(d ast.Decl, do func(n ast.Node, path []ast.Node, fresh bool) bool) {
	var path []ast.Node
	var fresh []bool // within each of them
	ast.Inspect(d, func(n ast.Node) bool {
		if n == nil {
			path, fresh = path[:len(path)-1], fresh[:len(fresh)-1]
			return true
		}
		in := len(fresh) > 0 && fresh[len(fresh)-1]
		if !do(n, path, in) {
			return false
		}
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			in = in || f.fresh[n]
		}
		path, fresh = append(path, n), append(fresh, in)
		return true
	})
}
