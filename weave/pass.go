package weave

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
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

// Pass is what weaving one package is about: its files and types, the edits, and what
// there is to report. Every kind of weaving is given one.
type Pass struct {
	*Package
	plan
	fset     *token.FileSet
	files    []*file
	info     *types.Info
	pkg      *types.Package
	need     map[string]bool // injected declarations used
	sites    []Site
	added    []File   // by hooks
	facts    []string // of the package's functions
	iterates bool     // it has iterators, of whom importers must know
	raise    bool     // woven files need a newer language version than the module has
}

// newPass begins the weaving of a package.
func newPass(p *Package) *Pass {
	return &Pass{Package: p, plan: p.plan(), fset: token.NewFileSet(), need: map[string]bool{}}
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

// needsRaise tells whether the module's language version is older than the
// generics that a woven start of a span calls. A go:build line raises that of
// one file, from Go 1.21 on (go.dev/doc/toolchain), which changes nothing else
// that old code could tell.
func (w *Pass) needsRaise() bool {
	return w.GoVersion != "" && !generics(w.GoVersion)
}

func generics(lang string) bool { return version.Compare(lang, "go1.18") >= 0 }

// aside is the result that changes nothing and says why.
func (w *Pass) aside(kind, reason string) *Result {
	return &Result{Sites: []Site{{Kind: kind, Pos: w.start(), Reason: reason}}}
}

// start is what speaks for the whole package: its first file.
func (p *Package) start() token.Position {
	if len(p.Sources) == 0 {
		return token.Position{}
	}
	return token.Position{Filename: p.Sources[0].Path}
}

// parse parses the sources, all of them or those where something may land.
func (w *Pass) parse(all bool) error {
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

// check type-checks the package.
func (w *Pass) check() error {
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

func (w *Pass) site(kind string, f *file, n ast.Node, fn, reason string) {
	pos := w.fset.PositionFor(n.Pos(), true)
	w.sites = append(w.sites, Site{Kind: kind, Pos: pos, Func: fn, Reason: reason})
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
func (w *Pass) injected() []byte {
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
func (w *Pass) runtimeFunc(name, signature string) string {
	local := Prefix + name
	target := "runtime.drift" + strings.ToUpper(name[:1]) + name[1:]
	w.need[fmt.Sprintf("//go:linkname %s %s\nfunc %s%s\n", local, target, local, signature)] = true
	return local
}

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
	// Aside says of each hook that was left out why it does not fit the package.
	Aside []*Error
}

// Changed reports whether the package is to be compiled from other text.
func (r *Result) Changed() bool { return r != nil && (len(r.Files) > 0 || len(r.Added) > 0) }
