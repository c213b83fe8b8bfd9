// Package splice gathers edits of one Go file and renders it with them.
//
// Splices go into the original bytes at syntax positions; nothing is reprinted. Every
// statement keeps its file, line and column, by //line directives.
package splice

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"sort"
	"strings"
)

// File gathers the splices of one file. Every splice hangs on a syntax node
// or on a point between two tokens, so that splices nest the way the syntax
// does: what is moved or wrapped takes the splices inside it along.
type File struct {
	Fset  *token.FileSet
	file  *token.File
	src   []byte
	Order map[ast.Node]int // preorder: tells a node from a child of the same extent
	nodes map[ast.Node]*splice
	marks map[int]*splice // points, by their key
	all   []*splice
	lines *token.File // where the file's own //line directives say it is from, or nil
}

// splice is what happens at one node or point.
//
// Its keys order it among the others: the doubled offset, one less for a point
// before every node that starts there, one more for a point behind every node
// that ends there.
type splice struct {
	off, stop  int // source offsets; equal for a point
	start, end int // keys
	order      int
	prefix     []Part
	suffix     []Part
	hole       string // replaces the node where it stood; its text may be moved
	holed      bool
}

// Part is literal text, or the rendered text of a node that moves here.
type Part struct {
	Text string
	Node ast.Node
}

func New(fset *token.FileSet, f *ast.File, src []byte) *File {
	e := &File{
		Fset:  fset,
		file:  fset.File(f.FileStart),
		src:   src,
		Order: map[ast.Node]int{},
		nodes: map[ast.Node]*splice{},
		marks: map[int]*splice{},
	}
	if bytes.Contains(src, []byte("//line ")) || bytes.Contains(src, []byte("/*line ")) {
		e.lines = lineFile(src)
	}
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		if node != nil {
			n++
			e.Order[node] = n
		}
		return true
	})
	return e
}

// lineFile returns a file of no name and no folder: what its //line directives name
// stays as it is written there, relative or not. To what it is relative is the
// compiler's affair.
func lineFile(src []byte) *token.File {
	file := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, scanner.ScanComments)
	for tok := token.COMMENT; tok != token.EOF; {
		_, tok, _ = s.Scan()
	}
	return file
}

func (e *File) Empty() bool { return len(e.all) == 0 }

func (e *File) offset(p token.Pos) int { return e.file.Offset(p) }

func (e *File) at(n ast.Node) *splice {
	s := e.nodes[n]
	if s == nil {
		off, stop := e.offset(n.Pos()), e.offset(n.End())
		s = &splice{off: off, stop: stop, start: 2 * off, end: 2 * stop, order: e.Order[n]}
		e.nodes[n] = s
		e.all = append(e.all, s)
	}
	return s
}

// Before adds parts in front of n, behind those added before.
func (e *File) Before(n ast.Node, parts ...Part) {
	s := e.at(n)
	s.prefix = append(s.prefix, parts...)
}

// After adds text behind n, in front of what was added before.
func (e *File) After(n ast.Node, text string) {
	s := e.at(n)
	s.suffix = append([]Part{{Text: text}}, s.suffix...)
}

// Replace puts text where n stands. n's own text may move elsewhere.
func (e *File) Replace(n ast.Node, text string) {
	s := e.at(n)
	s.hole, s.holed = text, true
}

// Open inserts text right behind the brace.
func (e *File) Open(brace token.Pos, text string) {
	off := e.offset(brace) + 1
	e.point(off, 2*off-1, text)
}

// Close inserts text right before the brace.
func (e *File) Close(brace token.Pos, text string) {
	off := e.offset(brace)
	e.point(off, 2*off+1, text)
}

func (e *File) point(off, key int, text string) {
	s := e.marks[key]
	if s == nil {
		s = &splice{off: off, stop: off, start: key, end: key}
		e.marks[key] = s
		e.all = append(e.all, s)
	}
	s.prefix = append(s.prefix, Part{Text: text})
}

// Render returns the whole file with its splices, behind a //line directive
// that keeps its name.
func (e *File) Render(name string) []byte {
	sort.SliceStable(e.all, func(i, j int) bool {
		a, b := e.all[i], e.all[j]
		if a.start != b.start {
			return a.start < b.start
		}
		if a.end != b.end {
			return a.end > b.end
		}
		return a.order < b.order
	})
	var w strings.Builder
	w.Grow(len(e.src) + 128*len(e.all))
	src := e.src
	start := 0
	if bytes.HasPrefix(src, []byte("\ufeff")) {
		start = len("\ufeff") // a byte order mark is allowed at a file's very start alone
	}
	fmt.Fprintf(&w, "//line %s:1:%d\n", name, start+1)
	e.text(&w, start, len(src), e.all)
	return []byte(w.String())
}

// text writes the source from one offset to another with the splices given,
// all of which lie inside, outermost first.
func (e *File) text(w *strings.Builder, from, to int, in []*splice) {
	for i := 0; i < len(in); {
		s := in[i]
		j := i + 1
		for s.start != s.end && j < len(in) && in[j].start >= s.start && in[j].end <= s.end {
			j++
		}
		w.Write(e.src[from:s.off])
		e.splice(w, s, in[i+1:j])
		from = s.stop
		i = j
	}
	w.Write(e.src[from:to])
}

func (e *File) splice(w *strings.Builder, s *splice, inside []*splice) {
	for _, p := range s.prefix {
		e.part(w, p)
	}
	if s.holed {
		w.WriteString(s.hole)
		e.resync(w, s.stop, bytes.Contains(e.src[s.off:s.stop], []byte("\n")))
	} else {
		if len(s.prefix) > 0 {
			e.resync(w, s.off, hasNode(s.prefix))
		}
		e.text(w, s.off, s.stop, inside)
	}
	if len(s.suffix) > 0 {
		for _, p := range s.suffix {
			e.part(w, p)
		}
		e.resync(w, s.stop, false)
	}
}

func hasNode(parts []Part) bool {
	for _, p := range parts {
		if p.Node != nil {
			return true
		}
	}
	return false
}

func (e *File) part(w *strings.Builder, p Part) {
	w.WriteString(p.Text)
	if p.Node == nil {
		return
	}
	// The text of a node that moves: with the splices on it and inside it,
	// but not the hole that it leaves.
	moved := *e.at(p.Node)
	var inside []*splice
	for _, o := range e.all {
		if o.start >= moved.start && o.end <= moved.end && (o.end-o.start < moved.end-moved.start || o.order > moved.order) {
			inside = append(inside, o)
		}
	}
	if len(moved.prefix) == 0 {
		e.resync(w, moved.off, true)
	}
	moved.holed = false
	e.splice(w, &moved, inside)
}

// resync writes the directive that gives what follows the position it had, as
// cmd/compile's syntax.updateBase reads it. Before the end of a line it is
// needed only where lines moved.
func (e *File) resync(w *strings.Builder, off int, moved bool) {
	if off >= len(e.src) || !moved && (e.src[off] == '\n' || e.src[off] == '\r') {
		return
	}
	if e.lines == nil {
		p := e.file.Position(e.file.Pos(off))
		fmt.Fprintf(w, "/*line :%d:%d*/", p.Line, p.Column)
		return
	}
	// What was moved may have left another file's name behind.
	p := e.lines.Position(e.lines.Pos(off))
	name := cmp.Or(p.Filename, e.file.Name())
	if p.Column == 0 { // a directive of the file's own gave none
		fmt.Fprintf(w, "/*line %s:%d*/", name, p.Line)
	} else {
		fmt.Fprintf(w, "/*line %s:%d:%d*/", name, p.Line, p.Column)
	}
}
