// Package pass is what every kind of weaving is given of a package: its files and
// types, what rules and facts say of it, the edits, and the report.
package pass

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
	"sort"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/rule"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// Pass is what weaving one package is about: its files and types, the edits, and what
// there is to report. Every kind of weaving is given one.
type Pass struct {
	*Package
	Plan     Plan // what there may be to weave
	Fset     *token.FileSet
	Files    []*File
	Info     *types.Info
	Types    *types.Package
	Need     map[string]bool // injected declarations used
	Sites    []Site
	By       string      // what wants the sites that are reported next, as in Site
	Added    []rule.File // by hooks
	Facts    []string    // of the package's functions
	Iterates bool        // it has iterators, of whom importers must know
	Raise    bool        // woven files need a newer language version than the module has
}

// New begins the weaving of a package.
func New(p *Package) *Pass {
	fset := p.Fset
	if fset == nil {
		fset = token.NewFileSet()
	}
	return &Pass{Package: p, Plan: p.plan(), Fset: fset, Need: map[string]bool{}}
}

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
	Rules []*rule.Rule
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
	Messages []rule.Message
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
	// Fset is for the positions of the package, and of what it imports where Importer
	// reads that for several packages; nil for a new one.
	Fset *token.FileSet
}

// The kinds of sites.
const (
	SiteSpawn    = "spawn"     // a go statement
	SiteSpan     = "span"      // a call that starts a span
	SiteHandBack = "hand-back" // a call that may hand one back
	SiteReceive  = "receive"   // where a message, or an element of a channel, is received
	SiteSend     = "send"      // where a message is sent on a channel
	SiteChannel  = "channel"   // where a channel is made
	SiteHandOff  = "hand-off"  // where work is handed over
	SiteAsk      = "ask"       // where a ctx is asked for its span
	SiteBind     = "bind"      // a func parameter that is bound
	SiteInherit  = "inherit"   // a library's go statement that hands on
	SiteFresh    = "fresh"     // what is made to hand nothing on
	SitePackage  = "package"   // a package that was left alone
	SiteHook     = "hook"      // a hook that was left out
)

// A Site is one place that was woven, or was not and why.
type Site struct {
	Kind   string         // SiteSpawn and what follows
	Pos    token.Position // where, in the user's file
	Func   string         // the function it is in
	By     string         // what wants it: "scope", "hook ants", "drift.yaml:4", "directive", "spans"
	Reason string         // why it was left alone; "" if it was woven
}

// File is one parsed source.
type File struct {
	*splice.File
	Index  int
	Syntax *ast.File
	directed

	Patched   int        // how many patches landed in it
	PatchedBy *rule.Rule // and whose the last was
}

// NeedsRaise reports whether the module's language version is older than the
// generics that a woven start of a span calls. A go:build line raises that of
// one file, from Go 1.21 on (go.dev/doc/toolchain), which changes nothing else
// that old code could tell.
func (w *Pass) NeedsRaise() bool {
	return w.GoVersion != "" && !generics(w.GoVersion)
}

func generics(lang string) bool { return version.Compare(lang, "go1.18") >= 0 }

// Aside is the result that changes nothing and says why.
func (w *Pass) Aside(kind, reason string) *Result {
	return &Result{Sites: []Site{{Kind: kind, Pos: w.Start(), Reason: reason}}}
}

// Start is what speaks for the whole package: its first file.
func (p *Package) Start() token.Position {
	if len(p.Sources) == 0 {
		return token.Position{}
	}
	return token.Position{Filename: p.Sources[0].Path}
}

// Parse parses the sources, all of them or those where something may land.
func (w *Pass) Parse(all bool) error {
	for i, s := range w.Sources {
		if !all && !w.mayHold(s.Src) {
			continue
		}
		f, err := parser.ParseFile(w.Fset, s.Path, s.Src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		file := &File{File: splice.New(w.Fset, f, s.Src), Index: i, Syntax: f}
		file.direct(s.Src)
		w.Files = append(w.Files, file)
	}
	return nil
}

// Check type-checks the package.
func (w *Pass) Check() error {
	w.Info = &types.Info{
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
		Importer:  w.Importer(w.Fset),
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
	for _, f := range w.Files {
		files = append(files, f.Syntax)
	}
	w.Types, _ = conf.Check(w.Path, w.Fset, files, w.Info)
	return hard
}

// Report adds a site: what By says wants it or, where that is empty, the package's being
// in scope or, if it is not, its reaching spans.
func (w *Pass) Report(kind string, f *File, n ast.Node, fn, reason string) {
	by := w.By
	switch {
	case by != "":
	case w.Own:
		by = "scope"
	default:
		by = "spans"
	}
	pos := w.Fset.PositionFor(n.Pos(), true)
	w.Sites = append(w.Sites, Site{Kind: kind, Pos: pos, Func: fn, By: by, Reason: reason})
}

// ByRule returns how a site is reported that a rule wants: by its hook's name, or by the
// line of the configuration.
func ByRule(r *rule.Rule, at string) string {
	if at != "" {
		return at
	}
	return "hook " + r.Name
}

// Raised is the line that raises a file's language version.
const Raised = "//go:build go1.21"

// Raise puts that in the place of the file's own go:build line, of which there
// can be but one, unless that raises it already. What that asks for holds, or
// the file were not compiled. False means that the file has none.
func (f *File) Raise() bool {
	if generics(f.Syntax.GoVersion) {
		return true
	}
	for _, g := range f.Syntax.Comments {
		for _, c := range g.List {
			if c.Pos() < f.Syntax.Package && strings.HasPrefix(c.Text, "//go:build ") {
				f.Replace(c, Raised)
				return true
			}
		}
	}
	return false
}

// Injected returns the file that declares what the splices call.
//
// Its go:build line raises the file's language version where the module's is
// older than generics.
func (w *Pass) Injected() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "//line drift-toolexec/inject.go:1\n%s\n\npackage %s\n\nimport %sunsafe \"unsafe\"\n\nvar _ %[3]sunsafe.Pointer\n", Raised, w.Files[0].Syntax.Name.Name, Prefix)
	names := make([]string, 0, len(w.Need))
	for n := range w.Need {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		b.WriteByte('\n')
		b.WriteString(n)
	}
	if facts := w.FactsText(); facts != nil {
		b.WriteByte('\n')
		b.WriteString(factsDecl(w.Path, *facts))
	}
	return []byte(b.String())
}

// Declare has what the splices call declared in the package, once.
func (w *Pass) Declare(text string) { w.Need[text] = true }

// Reach notes that a splice names what another package has, and returns the name that
// it has in this one.
func (w *Pass) Reach(s *seam.Symbol) string {
	name := strings.TrimPrefix(s.Name, "drift")
	return w.ReachAs(Prefix+strings.ToLower(name[:1])+name[1:], s)
}

// ReachAs is Reach by another name.
func (w *Pass) ReachAs(name string, s *seam.Symbol) string {
	// The package may have something else by the name of unsafe.
	w.Declare(strings.ReplaceAll(s.Decl(name), "unsafe.", Prefix+"unsafe."))
	return name
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
	Added []rule.File
	// Sites are the woven places, and those that were left alone, in order.
	Sites []Site
	// Facts are what importers must know of the package's functions: the value of the
	// constant FactsName, which is among Added. Nil if there is none.
	Facts *string
	// Aside says of each hook that was left out why it does not fit the package.
	Aside []*rule.Error
}

// Changed reports whether the package is to be compiled from other text.
func (r *Result) Changed() bool { return r != nil && (len(r.Files) > 0 || len(r.Added) > 0) }
