package weave

import (
	"bytes"
	"fmt"
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
	directive      = "//drift:"
	bindDirective  = directive + "bind"
	freshDirective = directive + "fresh"
	// inherit stands over, or behind, a go statement or a call that hands work off:
	// though its function serves, it starts under what is current.
	inheritDirective = directive + "inherit"
)

// directives calls do for every directive of a file, with the line that it
// speaks for: its own if there is code on it, else the first one behind its
// comment group.
func directives(fset *token.FileSet, f *ast.File, src []byte, do func(c *ast.Comment, name, args string, line int) error) error {
	if !bytes.Contains(src, []byte(directive)) {
		return nil
	}
	for _, g := range f.Comments {
		for _, c := range g.List {
			text, ok := strings.CutPrefix(c.Text, directive)
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
	directives(fset, f, src, func(_ *ast.Comment, name, _ string, line int) error {
		if directive+name == kind {
			if lines == nil {
				lines = map[int]bool{}
			}
			lines[line] = true
		}
		return nil
	})
	return lines
}

// checkDirectives refuses directives that mean nothing, and binds the
// parameters that bind directives name.
func (w *HandOffs) checkDirectives() error {
	if !w.directives {
		return nil
	}
	for _, f := range w.files {
		err := directives(w.fset, f.ast, w.Sources[f.index].Src, func(c *ast.Comment, name, args string, line int) error {
			msg := ""
			switch directive + name {
			case freshDirective:
				if !f.freshTarget(line) {
					msg = "//drift:fresh speaks for nothing here; put it over a function, a go statement or a call, or behind one on its line"
				}
			case inheritDirective:
				if !f.freshTarget(line) {
					msg = "//drift:inherit speaks for nothing here; put it over a function, a go statement or a call, or behind one on its line"
				}
			case bindDirective:
				msg = w.bindLine(f, args, line)
			default:
				msg = fmt.Sprintf("unknown directive //drift:%s; the directives are //drift:bind, //drift:fresh and //drift:inherit", name)
			}
			if msg == "" {
				return nil
			}
			return &Error{At: w.fset.PositionFor(c.Pos(), true).String(), Msg: msg}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// freshTarget tells whether something starts on a line that may be fresh.
func (f *file) freshTarget(line int) bool {
	found := false
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit, *ast.GoStmt, *ast.CallExpr, *ast.SendStmt:
			found = found || f.line(n) == line
		}
		return !found
	})
	return found
}

// bindLine binds the named parameters of the function declared on a line. It
// returns why it can't.
func (w *HandOffs) bindLine(f *file, params string, line int) string {
	for _, d := range f.ast.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || f.line(fd) != line {
			continue
		}
		if fd.Body == nil {
			return declName(fd) + " has no body to bind its parameter in; put //drift:bind over one that has"
		}
		if params == "" {
			_, names := decl{f, fd}.param("")
			return "//drift:bind names no parameter of " + declName(fd) + ": " + names
		}
		for _, param := range strings.Fields(params) {
			if msg := w.bind(decl{f, fd}, param, true); msg != "" {
				return msg
			}
		}
		return ""
	}
	return "//drift:bind speaks for no function here; put it right over a func declaration"
}

// inherits tells whether an inherit directive speaks for a node's line.
func (f *file) inherits(n ast.Node) bool { return f.inherit[f.line(n)] }
