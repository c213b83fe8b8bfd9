package toolexec

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"strings"

	"github.com/drift-go/drift-toolexec/hooks"
	"github.com/drift-go/drift-toolexec/weave"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

const otelModule = "go.opentelemetry.io/otel"

// compile decides about one call of the compiler. It returns how to compile
// the package's woven form, nil where there is nothing to weave.
func (c *Config) compile(args []string) (*woven, error) {
	a, err := parseCompile(args)
	if err != nil {
		return nil, err
	}
	if a.pkg == "" || a.out == "" || a.sources >= len(a.args) {
		return nil, nil
	}
	t := &target{
		Config: c, compileArgs: a, files: a.args[a.sources:], hook: c.hook(a.pkg, a.std),
		importPath: os.Getenv("TOOLEXEC_IMPORTPATH"), arch: goarch(),
	}
	t.srcs = make([]weave.Source, len(t.files))
	if t.cwd, err = os.Getwd(); err != nil {
		return nil, err
	}
	res, err := t.weave()
	if err != nil {
		return nil, err
	}
	if res != nil {
		t.sites = append(t.sites, res.Sites...)
	}
	if res != nil {
		for _, e := range res.Aside {
			warn(t.aside(e))
		}
	}
	if res.Changed() {
		return t.write(res)
	}
	return nil, t.report(t.sites)
}

// report adds sites to the report file, if there is to be one.
func (t *target) report(sites []weave.Site) error {
	if t.Report == "" {
		return nil
	}
	return appendReport(t.Report, t.paths()[0], sites)
}

// warn prints a warning on stderr. The go command shows what a compile prints,
// and shows it again where it takes that compile from its cache
// (cmd/go/internal/work/buildid.go, showStdout): once in each build.
func warn(err error) { fmt.Fprintf(os.Stderr, "drift-toolexec: %v\n", err) }

// target is the package that a call compiles.
type target struct {
	*Config
	*compileArgs
	importPath string // the go command's word for the package, if it gives one
	arch       string // GOARCH
	files      []string
	cwd        string
	srcs       []weave.Source
	hook       *rule.Rule   // the package's, or nil
	given      *given       // what a plan knows, nil in a call of the compiler
	own        bool         // the package is in scope
	sites      []weave.Site // what there is to report besides weave's
}

// replaced is why a package in a folder of the user's is left alone.
const replaced = "under -trimpath it is what it replaces, a library's: name it with -scope"

func (t *target) paths() []string {
	return importPaths(t.pkg, t.importPath)
}

// weave returns the package's woven form, nil where there is nothing to do.
func (t *target) weave() (*weave.Result, error) {
	if t.hook != nil && t.hook.Std && t.goversion != "" {
		if err := checkGo(t.goversion); err != nil {
			return nil, err
		}
	}
	p := &weave.Package{Path: t.pkg, GoVersion: t.lang, Arch: t.arch, Sources: t.srcs}
	if t.given != nil {
		p.Fset = t.given.fset
	}
	if t.hook != nil {
		p.Rules = append(p.Rules, t.hook)
		p.Release, p.Vital, p.Strict = t.knownRelease(), !hooks.Library(t.hook), t.Strict
	}
	if t.std && t.pkg == "runtime" && t.settings != nil {
		p.Rules = append(p.Rules, t.settings)
	}
	var im *imports
	if !t.std && !isOtel(t.pkg) {
		var err error
		if im, err = t.users(p); err != nil {
			return nil, err
		}
	}
	if !p.Own && !p.Spans && len(p.Rules) == 0 {
		return nil, nil
	}
	if err := t.read(); err != nil {
		return nil, err
	}
	var ti *typeImporter
	p.Importer = func(fset *token.FileSet) types.Importer {
		ti = t.importer(im, fset)
		return ti
	}
	res, err := weave.Weave(p)
	if err == nil && ti != nil {
		// The source is not to blame: the compiler would build it, unwoven.
		err = ti.err
	}
	return res, t.explain(err)
}

// importer returns what resolves the package's imports.
func (t *target) importer(im *imports, fset *token.FileSet) *typeImporter {
	if t.given != nil {
		return t.given.importer()
	}
	return newImporter(im, fset, t.cwd)
}

// importConfig returns the packages that the package imports.
func (t *target) importConfig() (*imports, error) {
	if t.given != nil {
		return t.given.imports, nil
	}
	return readImportcfg(t.importcfg)
}

// users fills in what there is to weave in a package that is neither Go's nor
// OpenTelemetry's.
func (t *target) users(p *weave.Package) (*imports, error) {
	im, err := t.importConfig()
	if err != nil {
		return nil, err
	}
	origins, err := t.origins()
	if err != nil {
		return nil, err
	}
	var folders, keys []string
	for _, origin := range origins {
		folder, key := t.keyed(origin)
		folders, keys = append(folders, folder), append(keys, key)
	}
	for _, path := range t.paths() {
		p.Rules = append(p.Rules, t.rules[path]...)
	}
	// A library's hook says which of the library's goroutines inherit.
	p.Own = t.hook == nil && t.inScope(t.paths(), keys)
	t.own = p.Own
	if t.hook == nil && !p.Own && t.inScope(t.paths(), folders) {
		t.sites = append(t.sites, weave.Site{Kind: weave.SitePackage, Pos: token.Position{Filename: folders[0]}, Reason: replaced})
	}
	p.Spans = t.reachesSpans(im, p.Own)
	p.Asks = p.Own
	if p.Own {
		p.Marks = t.marks(im)
		p.Messages = messages(im)
		p.Background = t.background
		p.Channels = !t.leftOut(t.channelsOff)
		p.Workers = !t.leftOut(t.workersInherit)
		p.HandOffs = t.handOffs(im)
	}
	return im, nil
}

// explain adds to a hook's error what it was woven into, and what to do.
func (t *target) explain(err error) error {
	var e *rule.Error
	if !errors.As(err, &e) || e.Hook == nil || e.At != "" {
		return err
	}
	other := ""
	if hooks.Library(e.Hook) {
		other = ", or leave the hook out with without: [" + e.Hook.Name + "] in the configuration"
	}
	return fmt.Errorf("%w in %s; the hook was tried on %s: use one of these, or a newer drift-toolexec%s",
		err, t.release(), strings.Join(e.Hook.Tried, ", "), other)
}

// aside says that a library's hook is left out, and what to do.
func (t *target) aside(e *rule.Error) error {
	return fmt.Errorf("hook %s is left out of %s (%s), where traces end that it would carry on: %s; it was tried on %s: use one of these, or a newer drift-toolexec; without: [%[1]s] in the configuration silences this, hooks: strict makes it an error",
		e.Hook.Name, t.pkg, t.release(), e.Msg, strings.Join(e.Hook.Tried, ", "))
}

// source reads a source, once.
func (t *target) source(i int) ([]byte, error) {
	s := &t.srcs[i]
	if s.Path == "" {
		path := abs(t.cwd, t.files[i])
		src, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		*s = weave.Source{Path: path, Src: src}
	}
	return s.Src, nil
}

// read reads all sources.
func (t *target) read() error {
	for i := range t.files {
		if _, err := t.source(i); err != nil {
			return err
		}
	}
	return nil
}
