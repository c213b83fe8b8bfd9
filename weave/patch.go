package weave

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strings"

	"golang.org/x/mod/semver"
)

// Source is one Go file of a package.
type Source struct {
	// Path is the file's name as the compiler is to record it, absolute.
	Path string
	// Src is the file's text.
	Src []byte
}

// Result is what weaving a package yields.
type Result struct {
	// Files holds the woven text of the sources that change, by their index.
	Files map[int][]byte
	// Added are new files of the package.
	Added []File
	// Sites are the woven places, and those that were left alone, in order.
	Sites []Site
}

// Changed tells whether the package is to be compiled from other text.
func (r *Result) Changed() bool { return r != nil && (len(r.Files) > 0 || len(r.Added) > 0) }

// rule weaves what a rule says of the package.
func (w *weaver) rule(r *Rule, res *Result) error {
	if w.without(r.Since, "") {
		return nil
	}
	for i := range r.Patches {
		p := &r.Patches[i]
		if w.without(p.Since, p.Until) {
			continue
		}
		landed := 0
		for _, f := range w.files {
			landed += p.apply(f.edits, f.ast)
		}
		if want := max(p.Times, 1); landed != want && !(landed == 0 && w.lenient(p.Since, p.Until)) {
			return &Error{Hook: r, Msg: fmt.Sprintf("patch %q (%s in %s.%s) landed %d times instead of %d", p.Doc, p.Kind, r.Package, p.In, landed, want)}
		}
	}
	for _, b := range r.Bind {
		if err := w.bindTarget(r, b); err != nil {
			return err
		}
	}
	for _, t := range r.Inherit {
		if err := w.inherit(r, t); err != nil {
			return err
		}
	}
	for _, t := range r.Fresh {
		if err := w.freshTarget(r, t); err != nil {
			return err
		}
	}
	if err := w.checkMessages(r); err != nil {
		return err
	}
	for _, f := range r.Files {
		body, err := inject(f, w.name(), r)
		if err != nil {
			return fmt.Errorf("hook %s: %w", r.Name, err)
		}
		res.Added = append(res.Added, File{Name: f.Name, Body: body})
	}
	return nil
}

// without tells whether the release at hand is known not to have something.
func (w *weaver) without(since, until string) bool {
	return w.Release != "" && (since != "" && semver.Compare(w.Release, since) < 0 || until != "" && semver.Compare(w.Release, until) >= 0)
}

// lenient tells whether something may be missing for all that is known.
func (w *weaver) lenient(since, until string) bool {
	return w.Release == "" && (since != "" || until != "")
}

// name returns the package's name.
func (w *weaver) name() string {
	if len(w.files) > 0 {
		return w.files[0].ast.Name.Name
	}
	for _, s := range w.Sources {
		if f, err := parser.ParseFile(token.NewFileSet(), s.Path, s.Src, parser.PackageClauseOnly); err == nil {
			return f.Name.Name
		}
	}
	return ""
}

// mayPatch tells by its bytes alone whether a patch may land in a file.
func mayPatch(r *Rule, src []byte) bool {
	for i := range r.Patches {
		name := r.Patches[i].In
		if j := strings.LastIndexByte(name, '.'); j >= 0 {
			name = name[j+1:]
		}
		if r.Patches[i].Kind != Field && bytes.Contains(src, []byte(name)) ||
			bytes.Contains(src, []byte(name+" struct")) || bytes.Contains(src, []byte(name+"[")) {
			return true
		}
	}
	return false
}

func (p *Patch) apply(e *edits, f *ast.File) int {
	n := 0
	for _, d := range f.Decls {
		if p.Kind == Field {
			n += p.field(e, d)
			continue
		}
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Body == nil || declName(fd) != p.In {
			continue
		}
		switch p.Kind {
		case Entry:
			e.open(fd.Body.Lbrace, p.Code+";")
			n++
		case Empty:
			if len(fd.Body.List) == 0 {
				e.replace(fd, p.Code)
				n++
			}
		case Name:
			n += p.name(e, fd.Type.Params)
		default:
			ast.Inspect(fd.Body, func(node ast.Node) bool {
				s, ok := node.(ast.Stmt)
				if ok && p.matches(s) {
					n += p.statement(e, s)
				}
				return true
			})
		}
	}
	return n
}

func (p *Patch) name(e *edits, params *ast.FieldList) int {
	for _, field := range params.List {
		for _, id := range field.Names {
			if id.Name == "_" {
				e.replace(id, p.Code)
				return 1
			}
		}
	}
	return 0
}

func (p *Patch) field(e *edits, d ast.Decl) int {
	gd, ok := d.(*ast.GenDecl)
	if !ok || gd.Tok != token.TYPE {
		return 0
	}
	for _, spec := range gd.Specs {
		ts := spec.(*ast.TypeSpec)
		st, ok := ts.Type.(*ast.StructType)
		if ok && ts.Name.Name == p.In {
			e.close(st.Fields.Closing, p.Code)
			return 1
		}
	}
	return 0
}

func (p *Patch) statement(e *edits, s ast.Stmt) int {
	switch p.Kind {
	case Before:
		e.before(s, part{text: p.Code + ";"})
	case After:
		e.after(s, ";"+p.Code)
	case Return:
		r, ok := s.(*ast.ReturnStmt)
		if !ok || len(r.Results) == 0 {
			return 0
		}
		head, tail, ok := strings.Cut(p.Code, "$")
		if !ok {
			if len(r.Results) != 1 {
				return 0
			}
			e.replace(r.Results[0], p.Code)
			return 1
		}
		e.before(r.Results[0], part{text: head})
		e.after(r.Results[len(r.Results)-1], tail)
	default:
		return 0
	}
	return 1
}

// matches tells whether a statement begins as the anchor says.
func (p *Patch) matches(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.BlockStmt, *ast.LabeledStmt:
		return false
	}
	var b bytes.Buffer
	if err := format.Node(&b, token.NewFileSet(), s); err != nil {
		return false
	}
	return strings.HasPrefix(fold(b.String()), fold(p.Stmt))
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// declName names a function as rules do: f, T.m or (*T).m.
func declName(fd *ast.FuncDecl) string {
	if fd.Recv == nil || len(fd.Recv.List) != 1 {
		return fd.Name.Name
	}
	t, star := fd.Recv.List[0].Type, false
	if s, ok := t.(*ast.StarExpr); ok {
		t, star = s.X, true
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	id, ok := t.(*ast.Ident)
	if !ok {
		return fd.Name.Name
	}
	if star {
		return "(*" + id.Name + ")." + fd.Name.Name
	}
	return id.Name + "." + fd.Name.Name
}

// inject gives an injected file its package clause and imports. What precedes
// the clause goes: it documents the file where it lies. In a module its language
// is raised, should the module's be older.
func inject(f File, pkg string, r *Rule) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, f.Name, f.Body, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	rest := f.Body[fset.Position(file.Name.End()).Offset:]
	var b bytes.Buffer
	if !r.Std {
		b.WriteString("//go:build go1.21\n\n")
	}
	fmt.Fprintf(&b, "//line drift-toolexec/%s:%d\npackage %s", f.Name, fset.Position(file.Package).Line, pkg)
	for _, path := range r.Imports {
		if used[path[strings.LastIndexByte(path, '/')+1:]] {
			fmt.Fprintf(&b, "; import %q", path)
		}
	}
	b.Write(rest)
	return b.Bytes(), nil
}
