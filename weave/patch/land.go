// Package patch applies what a rule patches: splices found by syntax, and files that
// are added.
package patch

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/rule"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// Where a rule's patches land. All of them are looked for before the first is
// spliced in, so that a rule that does not fit leaves nothing behind.

// Weaver splices in what rules patch.
type Weaver struct{ *pass.Pass }

// New returns what splices in what the rules of a package patch.
func New(p *pass.Pass) *Weaver { return &Weaver{p} }

// Apply splices in what a rule patches.
func (w *Weaver) Apply(r *rule.Rule) error {
	found := map[*rule.Patch][]landing{}
	var groups groups
	for i := range r.Patches {
		p := &r.Patches[i]
		if w.Without(p.Since, p.Until) {
			continue
		}
		if msg := p.Check(); msg != "" {
			return p.Error(r, msg)
		}
		at, msg := w.find(p)
		switch {
		case w.Release == "" && p.Group != "":
			groups.add(p, msg)
		case msg != "" && (len(at) > 0 || !w.mayMiss(p)):
			return p.Error(r, msg)
		}
		found[p] = at
	}
	for _, g := range groups {
		v, err := g.choose(r)
		if err != nil {
			return err
		}
		for _, other := range g.variants {
			if other != v {
				for _, p := range other.patches {
					delete(found, p)
				}
			}
		}
	}
	for i := range r.Patches {
		p := &r.Patches[i]
		for _, l := range found[p] {
			put(p, l)
			l.f.Patched, l.f.PatchedBy = l.f.Patched+1, r
		}
	}
	return nil
}

// mayMiss reports whether a patch may find no place for all that is known: where
// nobody knows the release, a library's that not all releases have. In Go's own
// packages and in OpenTelemetry its function must be missing too.
func (w *Weaver) mayMiss(p *rule.Patch) bool {
	return w.Lenient(p.Since, p.Until) && (!w.Vital || !w.declared(p))
}

// groups are a rule's groups of patches, in the order of the rule.
type groups []*group

// group is a set of variants of which one must land.
type group struct {
	name     string
	variants []*variant
}

// variant is the patches of a group that are for the same releases.
type variant struct {
	since, until string
	patches      []*rule.Patch
	err          string // why it is not the one
	failed       *rule.Patch
}

// add notes a patch and what is wrong with where it lands.
func (gs *groups) add(p *rule.Patch, msg string) {
	var g *group
	for _, have := range *gs {
		if have.name == p.Group {
			g = have
		}
	}
	if g == nil {
		g = &group{name: p.Group}
		*gs = append(*gs, g)
	}
	var v *variant
	for _, have := range g.variants {
		if have.since == p.Since && have.until == p.Until {
			v = have
		}
	}
	if v == nil {
		v = &variant{since: p.Since, until: p.Until}
		g.variants = append(g.variants, v)
	}
	v.patches = append(v.patches, p)
	if msg != "" && v.err == "" {
		v.err, v.failed = msg, p
	}
}

// choose returns the variant that lands.
func (g *group) choose(r *rule.Rule) (*variant, error) {
	var fit []*variant
	for _, v := range g.variants {
		if v.err == "" {
			fit = append(fit, v)
		}
	}
	switch len(fit) {
	case 1:
		return fit[0], nil
	case 0:
		last := g.variants[len(g.variants)-1]
		return nil, last.failed.Error(r, fmt.Sprintf("%s; none of the %d variants of %q lands", last.err, len(g.variants), g.name))
	}
	return nil, fit[1].patches[0].Error(r, fmt.Sprintf("%d variants of %q land, where one release has but one", len(fit), g.name))
}

// landing is one place where a patch lands: in a declaration, and for most kinds
// at a statement of it.
type landing struct {
	f    *pass.File
	decl ast.Decl
	stmt ast.Stmt
	id   *ast.Ident      // of a Name
	list *ast.StructType // of a Field

	field *ast.Field // behind which that goes, nil for the end
}

// find returns where a patch lands, and what is wrong with that.
func (w *Weaver) find(p *rule.Patch) (at []landing, msg string) {
	var in []landing // the declarations
	for _, f := range w.Files {
		for _, d := range f.Syntax.Decls {
			if p.Kind == rule.Field {
				if st := structType(d, p.In); st != nil {
					in = append(in, landing{f: f, decl: d, list: st})
				}
			} else if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil && pass.DeclName(fd) == p.In {
				in = append(in, landing{f: f, decl: fd})
			}
		}
	}
	want := max(p.Times, 1)
	why := ""
	if len(in) == 0 {
		why = w.undeclared(p)
	}
	for _, l := range in {
		fd, _ := l.decl.(*ast.FuncDecl)
		switch p.Kind {
		case rule.Field:
			if l.field = fieldNamed(l.list, p.Stmt); l.field != nil || p.Stmt == "" {
				at = append(at, l)
			} else {
				why = p.In + " has no field " + p.Stmt
			}
		case rule.Entry:
			at = append(at, l)
		case rule.Empty:
			if len(fd.Body.List) == 0 {
				at = append(at, l)
			} else {
				why = p.In + " has a body that is not empty"
			}
		case rule.Name:
			if l.id = blankParam(fd.Type.Params); l.id != nil {
				at = append(at, l)
			} else {
				why = p.In + " has no blank parameter"
			}
		default:
			places, bad, none := w.findStmts(p, l)
			if bad != "" {
				return nil, bad
			}
			at = append(at, places...)
			if len(places) == 0 {
				why = none
			}
		}
	}
	if len(at) == want {
		return at, ""
	}
	if len(at) > 0 {
		var lines []string
		for _, l := range at {
			lines = append(lines, w.place(l))
		}
		why = "at " + strings.Join(lines, ", ")
	}
	return at, fmt.Sprintf("landed %d times instead of %d: %s", len(at), want, why)
}

// findStmts returns the statements of a function that a patch lands at. bad says
// why one that it is meant for can't be; none, why there are none.
func (w *Weaver) findStmts(p *rule.Patch, l landing) (at []landing, bad, none string) {
	var path []ast.Node
	ast.Inspect(l.decl.(*ast.FuncDecl).Body, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if s, ok := n.(ast.Stmt); ok && matches(p, s) && isWithin(p, path) {
			here := l
			here.stmt = s
			why := ""
			if p.Kind == rule.Return {
				if why = unreturned(p, s); why != "" {
					none = why
				}
			} else if where := misplaced(s, path); where != "" && bad == "" {
				bad = fmt.Sprintf("lands at %s on %s, %s, where no statement can stand; the nearest that can have one %s",
					w.place(here), rule.Quote(text(s)), where, nearby(path))
			}
			if why == "" {
				at = append(at, here)
			}
		}
		path = append(path, n)
		return true
	})
	if len(at) == 0 && none == "" {
		within := ""
		if p.Within != "" {
			within = " within one that begins with " + rule.Quote(p.Within)
		}
		none = fmt.Sprintf("no statement of %s begins with %s%s%s", p.In, rule.Quote(p.Stmt), within, nearest(p.Stmt, l.decl))
	}
	return at, bad, none
}

// unreturned returns why a statement is not one whose results a patch can replace.
func unreturned(p *rule.Patch, s ast.Stmt) string {
	r, ok := s.(*ast.ReturnStmt)
	switch {
	case !ok:
		return fmt.Sprintf("%s is no return statement", rule.Quote(text(s)))
	case len(r.Results) == 0:
		return fmt.Sprintf("%s returns nothing that is spelled out", rule.Quote(text(s)))
	case len(r.Results) != 1 && !strings.Contains(p.Code, "$"):
		return fmt.Sprintf("%s returns %d results, and Code has no $ for them", rule.Quote(text(s)), len(r.Results))
	}
	return ""
}

// misplaced returns where a statement stands that has no list of statements
// around it, empty if it has one. path holds its ancestors within the body.
func misplaced(s ast.Stmt, path []ast.Node) string {
	switch s.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return "a clause"
	}
	switch up := path[len(path)-1].(type) {
	case *ast.BlockStmt, *ast.CaseClause:
		return ""
	case *ast.CommClause:
		if up.Comm == s {
			return "what a select's case sends or receives"
		}
		return ""
	case *ast.LabeledStmt:
		return "behind the label " + up.Label.Name
	case *ast.IfStmt:
		if up.Else == s {
			return "behind an else"
		}
		return "in the header of an if"
	case *ast.ForStmt, *ast.RangeStmt:
		return "in the header of a for"
	}
	return "in the header of a switch"
}

// nearby names the statements next to a place where none can stand: the one
// around it, and the first behind it.
func nearby(path []ast.Node) string {
	var names []string
	for i := len(path) - 1; i > 0; i-- {
		if s, ok := path[i].(ast.Stmt); ok && s != nil && misplaced(s, path[:i]) == "" {
			switch s.(type) {
			case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
				continue
			}
			names = append(names, rule.Quote(text(s))+" around it")
			break
		}
	}
	var body []ast.Stmt
	switch up := path[len(path)-1].(type) {
	case *ast.CommClause:
		body = up.Body
	case *ast.IfStmt:
		body = up.Body.List
	case *ast.ForStmt:
		body = up.Body.List
	}
	if len(body) > 0 {
		names = append(names, rule.Quote(text(body[0]))+" behind it")
	}
	return "are " + strings.Join(names, " and ")
}

// nearest lists the statements of a function that are most like an anchor.
func nearest(anchor string, d ast.Decl) string {
	type candidate struct {
		text string
		like int
	}
	var all []candidate
	anchor = fold(anchor)
	ast.Inspect(d.(*ast.FuncDecl).Body, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.BlockStmt, *ast.LabeledStmt, *ast.CaseClause, *ast.CommClause:
		case ast.Stmt:
			t := text(s)
			if like := alike(anchor, t); like > 0 && !slices.ContainsFunc(all, func(c candidate) bool { return c.text == t }) {
				all = append(all, candidate{t, like})
			}
		}
		return true
	})
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.like, a.like) })
	var names []string
	for _, c := range all[:min(len(all), 3)] {
		names = append(names, rule.Quote(c.text))
	}
	if len(names) == 0 {
		return ", nor like it"
	}
	return "; the nearest are " + strings.Join(names, ", ")
}

// alike says how much of an anchor a statement has: the start that they share,
// and the words.
func alike(anchor, t string) int {
	n := 0
	for n < len(anchor) && n < len(t) && anchor[n] == t[n] {
		n++
	}
	words := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return r < 0x80 && !pass.IsWord(byte(r)) })
	}
	have := words(t)
	for _, word := range words(anchor) {
		if slices.Contains(have, word) {
			n += len(word)
		}
	}
	return n
}

// declared reports whether what a patch is in is there.
func (w *Weaver) declared(p *rule.Patch) bool {
	for _, f := range w.Files {
		for _, d := range f.Syntax.Decls {
			if fd, ok := d.(*ast.FuncDecl); p.Kind == rule.Field && structType(d, p.In) != nil || ok && p.Kind != rule.Field && pass.DeclName(fd) == p.In {
				return true
			}
		}
	}
	return false
}

// undeclared says that what a patch is in is not there, and what is.
func (w *Weaver) undeclared(p *rule.Patch) string {
	var names []string
	for _, s := range w.Sources { // all of them: those with nothing to land in were not parsed
		f, err := parser.ParseFile(token.NewFileSet(), s.Path, s.Src, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if p.Kind != rule.Field && d.Body != nil {
					names = append(names, pass.DeclName(d))
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok && p.Kind == rule.Field {
						if _, ok := ts.Type.(*ast.StructType); ok {
							names = append(names, ts.Name.Name)
						}
					}
				}
			}
		}
	}
	kind := "function"
	if p.Kind == rule.Field {
		kind = "struct"
	}
	return fmt.Sprintf("no %s %s in the package%s", kind, p.In, pass.Choices(p.In, names))
}

// place says where a patch lands.
func (w *Weaver) place(l landing) string {
	var n ast.Node = l.decl
	if l.stmt != nil {
		n = l.stmt
	}
	pos := w.Fset.PositionFor(n.Pos(), false)
	return fmt.Sprintf("%s:%d", filepath.Base(pos.Filename), pos.Line)
}

// put splices in a patch where it lands.
func put(p *rule.Patch, l landing) {
	e := l.f.File
	switch p.Kind {
	case rule.Field:
		if l.field != nil {
			e.After(l.field, "; "+p.Code)
		} else {
			e.Close(l.list.Fields.Closing, p.Code)
		}
	case rule.Entry:
		e.Open(l.decl.(*ast.FuncDecl).Body.Lbrace, p.Code+";")
	case rule.Empty:
		e.Replace(l.decl, p.Code)
	case rule.Name:
		e.Replace(l.id, p.Code)
	case rule.Before:
		e.Before(l.stmt, splice.Part{Text: p.Code + ";"})
	case rule.After:
		e.After(l.stmt, ";"+p.Code)
	case rule.Return:
		results := l.stmt.(*ast.ReturnStmt).Results
		head, tail, ok := strings.Cut(p.Code, "$")
		if !ok {
			e.Replace(results[0], p.Code)
			return
		}
		e.Before(results[0], splice.Part{Text: head})
		e.After(results[len(results)-1], tail)
	}
}

// Check parses the woven text of a file that a hook's patches are in.
func Check(f *pass.File, name string, woven []byte) error {
	if f.Patched == 0 {
		return nil
	}
	if _, err := parser.ParseFile(token.NewFileSet(), name, woven, parser.SkipObjectResolution); err != nil {
		msg, _, _ := strings.Cut(err.Error(), "\n")
		return &rule.Error{Hook: f.PatchedBy, Msg: fmt.Sprintf("what its patches make of %s, in %d places, does not parse: %s", filepath.Base(name), f.Patched, msg)}
	}
	return nil
}

// fieldNamed returns the field of a struct that has a name to itself.
func fieldNamed(t *ast.StructType, name string) *ast.Field {
	for _, f := range t.Fields.List {
		if len(f.Names) == 1 && f.Names[0].Name == name {
			return f
		}
	}
	return nil
}

func blankParam(params *ast.FieldList) *ast.Ident {
	for _, field := range params.List {
		for _, id := range field.Names {
			if id.Name == "_" {
				return id
			}
		}
	}
	return nil
}

// structType returns the struct type that a declaration gives a name to.
func structType(d ast.Decl, name string) *ast.StructType {
	gd, ok := d.(*ast.GenDecl)
	if !ok || gd.Tok != token.TYPE {
		return nil
	}
	for _, spec := range gd.Specs {
		ts := spec.(*ast.TypeSpec)
		if st, ok := ts.Type.(*ast.StructType); ok && ts.Name.Name == name {
			return st
		}
	}
	return nil
}

// matches reports whether a statement begins as the anchor says.
func matches(p *rule.Patch, s ast.Stmt) bool {
	switch s.(type) {
	case *ast.BlockStmt, *ast.LabeledStmt:
		return false
	}
	return strings.HasPrefix(text(s), fold(p.Stmt))
}

// isWithin reports whether the statement right around an anchor begins as the patch
// says. path holds the anchor's ancestors.
func isWithin(p *rule.Patch, path []ast.Node) bool {
	if p.Within == "" {
		return true
	}
	for i := len(path) - 1; i >= 0; i-- {
		switch s := path[i].(type) {
		case *ast.BlockStmt:
		case ast.Stmt:
			return strings.HasPrefix(text(s), fold(p.Within))
		case ast.Expr:
			return false // a function literal
		}
	}
	return false
}

// text returns a statement as gofmt prints it, on one line.
func text(s ast.Stmt) string {
	var b bytes.Buffer
	if err := format.Node(&b, token.NewFileSet(), s); err != nil {
		return ""
	}
	return fold(b.String())
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }
