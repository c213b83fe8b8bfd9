// Package weave turns Go source and rules into woven Go source.
//
// In: the text of one package's files as the compiler is about to read them,
// and what the caller knows about the package. Out: new text for the files
// that change, files to add, and the list of sites, woven or left alone.
//
// Splices go into the original bytes at syntax positions; nothing is ever
// reprinted. Every statement keeps its file, line and column. Woven code
// imports nothing that the package did not import before. Source that does
// not parse or type-check is left as it is, so that the compiler speaks, not
// this package. The package knows no library but OpenTelemetry's trace API,
// runs no command and reads no file.
package weave

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
	"slices"
	"sort"
	"strings"
)

// Prefix begins every name that is injected into users' packages. A package
// that has it in its source is woven already, or means to confuse.
const Prefix = "_drift_"

// Package is one package to weave.
type Package struct {
	// Path is the import path as the compiler was told it (-p).
	Path string
	// Own says that the package is in scope: its spawn sites are woven, and
	// spans may pass from function to function in it.
	Own bool
	// Spans says that the package may get hold of spans: it imports
	// OpenTelemetry, or a package whose functions hand spans to their callers.
	Spans bool
	// Asks says that the package asks a ctx for its span on its own behalf: it is own
	// code. Of others, rules say what does.
	Asks bool
	// Background says that a literal context.Background() asks for the current span,
	// even where a context with a span is in scope.
	Background bool
	// Rules are the package's hook and what the configuration says of it.
	Rules []*Rule
	// Marks are the functions, by their full names, that take the mark
	// themselves when they are called in scope.
	Marks []string
	// Channels says that channels made in the package carry.
	Channels bool
	// Workers says that a goroutine that serves starts fresh.
	Workers bool
	// HandOffs are the functions, by their full names, that what they are given runs
	// under who called them, by a hook.
	HandOffs []string
	// Messages are the types of messages that the package can receive, or send.
	Messages []Message
	// Release is the release of the package's module, or of Go, v1.26.8 say; empty
	// if nobody knows.
	Release string
	// Vital says that what the package's hook does, all others build on: it is
	// Go's own or OpenTelemetry's. A hook that does not fit is an error then.
	Vital bool
	// Strict says that it is an error of any hook. Else the hook is left out.
	Strict bool
	// Sources are the package's files.
	Sources []Source
	// GoVersion is the language version ("go1.25"), "" for the latest.
	GoVersion string
	// Arch is the GOARCH compiled for.
	Arch string
	// Importer resolves imports; it is asked only if types are needed.
	Importer func(*token.FileSet) types.Importer
}

// A Site is one place that was woven, or was not and why.
type Site struct {
	Kind   string         // "spawn", "span", "hand-back", "receive", "send", "hand-off", "ask", "bind", "inherit", "fresh"; "package", "hook" for one left out
	Pos    token.Position // where, in the user's file
	Func   string         // the function it is in
	Reason string         // why it was left alone; "" if it was woven
}

// weaver weaves one package.
type weaver struct {
	*Package
	plan
	fset     *token.FileSet
	files    []*file
	info     *types.Info
	pkg      *types.Package
	need     map[string]bool // injected declarations used
	sites    []Site
	bound    map[*ast.Ident]bool // parameters
	askIn    map[ast.Decl]bool   // what rules say asks as own code does
	facts    []string
	iterates bool // it has iterators, of whom importers must know
	raise    bool // woven files need a newer language version than the module has

	all    []*unit                       // the package's functions
	timers map[*unit]bool                // those that are handed to time.AfterFunc
	back   map[types.Object]bool         // channels that things go back to
	byFunc map[types.Object]*unit        // by what is declared
	byLit  map[*ast.FuncLit]*unit        //
	lits   map[types.Object]*ast.FuncLit // variables that hold one function literal, ever
	stores map[*ast.Ident]bool           // where a variable is assigned to
	params map[*types.Var]effect         // what functions do with their parameters

	named      map[ast.Node][]types.Object // the variables that nodes name
	assigns    map[types.Object][]ast.Expr // what context variables are assigned
	parameters map[types.Object]bool       // of functions
}

// plan says what there may be to weave, told by bytes alone.
type plan struct {
	spans      bool // starts of spans
	spawns     bool // go statements of a package in scope
	marks      bool // calls of functions that take the mark
	receives   bool // messages received, or sent, by the user's own goroutine
	channels   bool // channels that carry, made or received from
	asks       bool // calls that ask a ctx for its span or its baggage
	binds      bool // rules or directives that name functions
	directives bool
	serve      bool // what may start a goroutine that serves
}

func (p *Package) plan() plan {
	pl := plan{
		spans:      p.Spans && (p.Own || anyContains(p.Sources, ".Start(")),
		spawns:     p.Own && anyFunc(p.Sources, hasSpawn),
		channels:   p.Own && p.Channels && anyFunc(p.Sources, hasChannel),
		asks:       p.Spans && (p.Asks || slices.ContainsFunc(p.Rules, func(r *Rule) bool { return len(r.Asks) > 0 })) && anyFunc(p.Sources, mayAsk),
		directives: p.Own && anyContains(p.Sources, directive),
	}
	pl.receives = pl.channels || p.Own && len(p.Messages) > 0
	if p.Own {
		names := lastNames(p.Marks)
		pl.marks = anyFunc(p.Sources, func(src []byte) bool { return hasName(src, names) })
	}
	pl.serve = p.Workers && (pl.spawns || pl.marks || p.Own && len(p.HandOffs) > 0 && anyFunc(p.Sources, func(src []byte) bool { return hasName(src, lastNames(p.HandOffs)) }))
	for _, r := range p.Rules {
		pl.binds = pl.binds || len(r.Bind)+len(r.Inherit)+len(r.Fresh)+len(r.Asks) > 0
	}
	pl.binds = pl.binds || pl.directives && anyContains(p.Sources, bindDirective)
	return pl
}

// typed tells whether weaving needs types, whatever the go statements hold.
func (p plan) typed() bool {
	return p.spans || p.asks || p.marks || p.binds || p.directives || p.receives || p.serve
}

// file is one parsed source.
type file struct {
	*edits
	index   int
	ast     *ast.File
	fresh   map[int]bool // lines that a //drift:fresh directive speaks for
	inherit map[int]bool // and those of //drift:inherit
	taken   map[int]bool // those where it speaks for a hand-off, not for a function literal

	patched   int   // how many patches landed in it
	patchedBy *Rule // and whose the last was
}

// Weave weaves a package. A nil Result means there is nothing to weave. What
// does not parse or type-check is in the Result's sites, and nothing is changed
// then. A hook that does not fit the package is in them too, and nothing of it is
// woven; where it must fit, that is an error. So is what is wrong with a directive
// or with what the configuration wants: an *Error.
func Weave(p *Package) (*Result, error) {
	with := *p
	var aside []*Error
	for {
		res, err := with.weave()
		var e *Error
		if errors.As(err, &e) && e.Hook != nil && e.At == "" && !p.Vital && !p.Strict {
			// Once more, without it: what it has spliced in so far is lost with the rest.
			with.Rules = slices.DeleteFunc(slices.Clone(with.Rules), func(r *Rule) bool { return r == e.Hook })
			aside = append(aside, e)
			continue
		}
		if err != nil || len(aside) == 0 {
			return res, err
		}
		if res == nil {
			res = &Result{}
		}
		res.Aside = aside
		for _, e := range aside {
			res.Sites = slices.Insert(res.Sites, 0, Site{Kind: "hook", Pos: p.start(), Reason: "left out: " + e.Error()})
		}
		return res, nil
	}
}

// weave weaves a package by all of its rules.
func (p *Package) weave() (*Result, error) {
	w := &weaver{Package: p, plan: p.plan(), fset: token.NewFileSet(), need: map[string]bool{}, bound: map[*ast.Ident]bool{}}
	if !w.typed() && !w.spawns && !w.directives && len(p.Rules) == 0 {
		return nil, nil
	}
	if anyFunc(p.Sources, hasPrefixed) {
		return w.aside("package", "the source already holds names that begin with "+Prefix), nil
	}
	reason := w.read()
	if reason != "" {
		return w.aside("package", reason), nil
	}
	w.raise = w.typed() && w.needsRaise()
	if err := w.checkDirectives(); err != nil {
		return nil, err
	}
	res := &Result{}
	for _, r := range p.Rules {
		if err := w.rule(r, res); err != nil {
			return nil, err
		}
	}
	if w.spans || w.receives || w.serve {
		w.survey()
	}
	if w.channels {
		for _, f := range w.files {
			w.makes(f)
		}
	}
	if w.directives {
		w.freshCalls()
	}
	if w.serve && len(w.HandOffs) > 0 {
		w.freshWork()
	}
	if w.asks {
		w.askSites()
	}
	if w.marks { // inside what a start of a span wraps
		w.markCalls()
	}
	if w.channels { // the marks know which directives are theirs
		for _, f := range w.files {
			if f.fresh != nil {
				w.freshSends(f)
			}
		}
	}
	if w.spans || w.receives { // what it puts before a go statement must precede the mark
		w.starts()
	}
	if w.receives { // around what a start of a span, or a receive, is wrapped in
		w.sends()
	}
	if w.spawns {
		for _, f := range w.files {
			w.spawnSites(f)
		}
	}
	return w.result(res)
}

// read parses what there is to weave, and type-checks it if that is needed. It
// returns why it can't.
func (w *weaver) read() string {
	if err := w.parse(w.typed()); err != nil {
		return "does not parse: " + err.Error()
	}
	if !w.typed() {
		if !w.spawns || !w.spawnNeedsTypes() {
			return ""
		}
		w.files, w.fset = nil, token.NewFileSet()
		if err := w.parse(true); err != nil {
			return "does not parse: " + err.Error()
		}
		w.spans = w.Spans
	}
	if err := w.check(); err != nil {
		return "does not type-check: " + err.Error()
	}
	return ""
}

// needsRaise tells whether the module's language version is older than the
// generics that a woven start of a span calls. A go:build line raises that of
// one file, from Go 1.21 on (go.dev/doc/toolchain), which changes nothing else
// that old code could tell.
func (w *weaver) needsRaise() bool {
	return w.GoVersion != "" && !generics(w.GoVersion)
}

func generics(lang string) bool { return version.Compare(lang, "go1.18") >= 0 }

// aside is the result that changes nothing and says why.
func (w *weaver) aside(kind, reason string) *Result {
	return &Result{Sites: []Site{{Kind: kind, Pos: w.start(), Reason: reason}}}
}

// start is what speaks for the whole package: its first file.
func (p *Package) start() token.Position {
	if len(p.Sources) == 0 {
		return token.Position{}
	}
	return token.Position{Filename: p.Sources[0].Path}
}

func anyContains(srcs []Source, s string) bool {
	return anyFunc(srcs, func(src []byte) bool { return bytes.Contains(src, []byte(s)) })
}

func anyFunc(srcs []Source, f func([]byte) bool) bool {
	for _, s := range srcs {
		if f(s.Src) {
			return true
		}
	}
	return false
}

// hasSpawn tells by bytes alone whether a file may hold a go statement.
func hasSpawn(src []byte) bool {
	for from := 0; ; {
		i := bytes.Index(src[from:], []byte("go"))
		if i < 0 {
			return false
		}
		i += from
		from = i + 2
		if i > 0 && isWord(src[i-1]) || from < len(src) && isWord(src[from]) {
			continue
		}
		if from < len(src) && src[from] == ':' { // go:build, go:linkname
			continue
		}
		return true
	}
}

// hasChannel tells by bytes alone whether a file may make a channel or receive from
// one.
func hasChannel(src []byte) bool {
	return bytes.Contains(src, []byte("<-")) || bytes.Contains(src, []byte("chan"))
}

// hasPrefixed tells by bytes alone whether a file may hold a name that begins
// with Prefix.
func hasPrefixed(src []byte) bool {
	for from := 0; ; {
		i := bytes.Index(src[from:], []byte(Prefix))
		if i < 0 {
			return false
		}
		i += from
		if i == 0 || !isWord(src[i-1]) {
			return true
		}
		from = i + 1
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// parse parses the sources, all of them or those where something may land.
func (w *weaver) parse(all bool) error {
	for i, s := range w.Sources {
		if !all && !w.mayHold(s.Src) {
			continue
		}
		f, err := parser.ParseFile(w.fset, s.Path, s.Src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		w.files = append(w.files, &file{edits: newEdits(w.fset, f, s.Src), index: i, ast: f, fresh: directiveLines(w.fset, f, s.Src, freshDirective), inherit: directiveLines(w.fset, f, s.Src, inheritDirective)})
	}
	return nil
}

// mayHold tells by its bytes alone whether there may be something to weave in
// a file.
func (w *weaver) mayHold(src []byte) bool {
	if w.spawns && hasSpawn(src) || w.directives && bytes.Contains(src, []byte(directive)) {
		return true
	}
	for _, r := range w.Rules {
		if mayPatch(r, src) {
			return true
		}
		for _, m := range r.Messages {
			if anyName(src, m.From) {
				return true
			}
		}
	}
	return false
}

// anyName tells whether a file may declare one of some functions.
func anyName(src []byte, targets []Target) bool {
	for _, t := range targets {
		if bytes.Contains(src, []byte(t.Func[strings.LastIndexByte(t.Func, '.')+1:]+"(")) {
			return true
		}
	}
	return false
}

// check type-checks the package.
func (w *weaver) check() error {
	w.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances:  map[*ast.Ident]types.Instance{},
	}
	var hard error
	conf := types.Config{
		GoVersion: w.GoVersion,
		Sizes:     types.SizesFor("gc", w.Arch),
		Importer:  w.Importer(w.fset),
		Error: func(err error) {
			if te, ok := err.(types.Error); ok && te.Soft {
				return // unused variables and imports: the compiler will say so
			}
			if hard == nil {
				hard = err
			}
		},
	}
	var files []*ast.File
	for _, f := range w.files {
		files = append(files, f.ast)
	}
	w.pkg, _ = conf.Check(w.Path, w.fset, files, w.info)
	return hard
}

func (w *weaver) site(kind string, f *file, n ast.Node, fn, reason string) {
	pos := w.fset.PositionFor(n.Pos(), true)
	w.sites = append(w.sites, Site{Kind: kind, Pos: pos, Func: fn, Reason: reason})
}

func (w *weaver) result(r *Result) (*Result, error) {
	r.Files, r.Sites = map[int][]byte{}, w.sites
	sort.SliceStable(r.Sites, func(i, j int) bool {
		a, b := r.Sites[i].Pos, r.Sites[j].Pos
		if a.Filename != b.Filename {
			return a.Filename < b.Filename
		}
		return a.Offset < b.Offset
	})
	for _, f := range w.files {
		if f.empty() {
			continue
		}
		above := ""
		if w.raise && !f.raise() {
			above = raised + "\n\n"
		}
		name := w.Sources[f.index].Path
		r.Files[f.index] = append([]byte(above), f.render(name)...)
		if err := f.checkPatched(name, r.Files[f.index]); err != nil {
			return nil, err
		}
	}
	if len(w.need)+len(w.facts) > 0 || w.iterates {
		r.Added = append(r.Added, File{Name: "inject.go", Body: w.injected()})
	}
	if len(r.Files) == 0 && len(r.Added) == 0 && len(r.Sites) == 0 {
		return nil, nil
	}
	return r, nil
}

// raised is the line that raises a file's language version.
const raised = "//go:build go1.21"

// raise puts that in the place of the file's own go:build line, of which there
// can be but one, unless that raises it already. What that asks for holds, or
// the file were not compiled. False means that the file has none.
func (f *file) raise() bool {
	if generics(f.ast.GoVersion) {
		return true
	}
	for _, g := range f.ast.Comments {
		for _, c := range g.List {
			if c.Pos() < f.ast.Package && strings.HasPrefix(c.Text, "//go:build ") {
				f.replace(c, raised)
				return true
			}
		}
	}
	return false
}

// injected returns the file that declares what the splices call.
//
// Its go:build line raises the file's language version where the module's is
// older than generics.
func (w *weaver) injected() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "//line drift-toolexec/inject.go:1\n%s\n\npackage %s\n\nimport %sunsafe \"unsafe\"\n\nvar _ %[3]sunsafe.Pointer\n", raised, w.files[0].ast.Name.Name, Prefix)
	names := make([]string, 0, len(w.need))
	for n := range w.need {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		b.WriteByte('\n')
		b.WriteString(n)
	}
	if len(w.facts) > 0 || w.iterates {
		b.WriteByte('\n')
		b.WriteString(factsDecl(w.Path, w.facts))
	}
	return []byte(b.String())
}

// runtimeFunc notes that a splice calls a function of the runtime hook and
// returns its injected name.
func (w *weaver) runtimeFunc(name, signature string) string {
	local := Prefix + name
	target := "runtime.drift" + strings.ToUpper(name[:1]) + name[1:]
	w.need[fmt.Sprintf("//go:linkname %s %s\nfunc %s%s\n", local, target, local, signature)] = true
	return local
}
