package toolexec

import (
	"cmp"
	"errors"
	"fmt"
	"go/constant"
	"go/importer"
	"go/token"
	"go/types"
	"go/version"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/drift-go/drift-toolexec/weave"
)

// What a build would weave, found without one: the packages are listed, and each is
// woven as a call of the compiler would have it woven, by the same code. What the
// packages' facts are is not in the export data then, which is of plain packages: it is
// put into them as they are read.

// Planned is what a build would make of one package.
type Planned struct {
	// ImportPath is as go list has it, "p [q.test]" for a package compiled for a test.
	ImportPath string
	Name       string
	Dir        string
	// Asked says that the package is one that was asked for, and not an import of one.
	Asked bool
	// Module is path@version, only the path of a main module, and empty for Go's own.
	Module  string
	Own     bool   // the package is in scope
	Hook    string // the name of the package's hook, if it has one
	Release string // the release of a hooked package, if it is known
	// Sources are the package's files, if they had to be looked into. Result is nil
	// where nothing would be woven.
	Sources []weave.Source
	Result  *weave.Result
	// Sites are the woven places and those that were left alone.
	Sites []weave.Site
	// Warnings are what a build would print on stderr, and still build the package.
	Warnings []error
}

// Plan has f called with what a build would make of each of the packages that patterns
// match, and of all that they import, imports first. Dir is where the go command is
// run, "" for the current one; buildFlags are for it.
// Plan returns the Go release that would build them.
func (c *Config) Plan(dir string, buildFlags, patterns []string, f func(*Planned) error) (release string, err error) {
	if err := c.load(); err != nil {
		return "", err
	}
	env, err := goEnv(dir, "GOVERSION", "GOCACHE", "GOARCH")
	if err != nil {
		return "", err
	}
	release = env["GOVERSION"]
	if err := checkGo(release); err != nil {
		return "", err
	}
	list, err := goList(dir, buildFlags, patterns)
	if err != nil {
		return "", err
	}
	p := newPlanner(c, env, list)
	if err := p.check(); err != nil {
		return "", err
	}
	for _, l := range list {
		planned, err := p.plan(l)
		if err != nil {
			return "", err
		}
		if err := f(planned); err != nil {
			return "", err
		}
	}
	return release, nil
}

// goEnv asks the go command for some of its variables.
func goEnv(dir string, names ...string) (map[string]string, error) {
	cmd := exec.Command("go", append([]string{"env"}, names...)...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return nil, errors.New(oneLine(stderr.String(), err))
	case err != nil:
		return nil, goCommandError(err)
	}
	env := map[string]string{}
	for i, line := range strings.Split(strings.TrimRight(string(out), "\r\n"), "\n") {
		if i < len(names) {
			env[names[i]] = strings.TrimRight(line, "\r")
		}
	}
	return env, nil
}

// goCommandError is why the go command did not start.
func goCommandError(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%w; install Go, or put it into PATH", err)
	}
	return err
}

// planner holds what planning one build needs.
type planner struct {
	*Config
	env    map[string]string
	list   []*listed
	byPath map[string]*listed
	facts  map[string]string // of packages that have any, by ImportPath
	fset   *token.FileSet
	// readers hold what was read of export data, by the test that it is compiled for:
	// packages of one path differ between tests.
	readers map[string]*reader
}

func newPlanner(c *Config, env map[string]string, list []*listed) *planner {
	p := &planner{
		Config: c, env: env, list: list, byPath: map[string]*listed{},
		facts: map[string]string{}, fset: token.NewFileSet(), readers: map[string]*reader{},
	}
	for _, l := range list {
		p.byPath[l.ImportPath] = l
	}
	return p
}

// check returns what keeps the packages from being built.
func (p *planner) check() error {
	for _, l := range p.list {
		if l.Error == nil {
			continue
		}
		msg := oneLine(l.Error.Err, errors.New("does not build"))
		if l.Error.Pos != "" && !strings.Contains(msg, l.Error.Pos) {
			msg = l.Error.Pos + ": " + msg
		}
		return fmt.Errorf("%s: %s; go build says more", l.ImportPath, msg)
	}
	return nil
}

func (p *planner) plan(l *listed) (*Planned, error) {
	planned := &Planned{ImportPath: l.ImportPath, Name: l.Name, Dir: l.Dir, Asked: !l.DepOnly}
	if l.Module != nil {
		planned.Module = l.Module.Path
		if l.Module.Version != "" {
			planned.Module += "@" + l.Module.Version
		}
	}
	if len(l.CompiledGoFiles) == 0 || l.ImportPath == "unsafe" {
		return planned, nil
	}
	t := p.target(l)
	res, err := t.weave()
	if err != nil {
		return nil, err
	}
	planned.Own, planned.Result, planned.Sites = t.own, res, t.sites
	for _, s := range t.srcs {
		if s.Path != "" {
			planned.Sources = append(planned.Sources, s)
		}
	}
	if t.hook != nil {
		planned.Hook, planned.Release = t.hook.Name, t.knownRelease()
	}
	if res != nil {
		planned.Sites = append(planned.Sites, res.Sites...)
		for _, e := range res.Aside {
			planned.Warnings = append(planned.Warnings, t.aside(e))
		}
		if res.Facts != nil {
			p.facts[l.ImportPath] = *res.Facts
		}
	}
	return planned, nil
}

// target returns the package as the compiler's call would describe it.
func (p *planner) target(l *listed) *target {
	a := &compileArgs{pkg: l.path(), std: l.Standard, goversion: p.env["GOVERSION"]}
	// What is generated, the go command keeps in its cache here, and not beside the output.
	a.out = filepath.Join(p.env["GOCACHE"], "_pkg_.a")
	if l.Module != nil { // cmd/go/internal/work/gc.go
		a.lang = version.Lang("go" + cmp.Or(l.Module.GoVersion, "1.16"))
	}
	t := &target{Config: p.Config, compileArgs: a, cwd: l.Dir, importPath: l.ImportPath, arch: p.env["GOARCH"], hook: p.Config.hook(a.pkg, a.std)}
	for _, name := range l.CompiledGoFiles {
		t.files = append(t.files, abs(l.Dir, name))
	}
	t.srcs = make([]weave.Source, len(t.files))
	r := p.readers[l.ForTest]
	if r == nil {
		r = newReader(p.fset)
		p.readers[l.ForTest] = r
	}
	t.given = &given{reader: r, fset: p.fset}
	t.given.imports, t.given.facts = p.imports(l)
	return t
}

// imports returns the import configuration that the compiler would be given, and the
// facts of the packages in it.
func (p *planner) imports(l *listed) (*imports, map[string]string) {
	im := &imports{importMap: map[string]string{}, file: map[string]string{}}
	facts := map[string]string{}
	for _, path := range l.Imports {
		from := path
		for k, v := range l.ImportMap {
			if v == path {
				from = k
			}
		}
		d := p.byPath[path]
		if d == nil || path == "unsafe" {
			continue
		}
		to, _, _ := strings.Cut(path, " [")
		if from != to {
			im.importMap[from] = to
		}
		im.file[to] = d.Export
		if f, ok := p.facts[path]; ok {
			facts[to] = f
		}
	}
	return im, facts
}

// reader reads export data for the packages of a plan, each once.
type reader struct {
	gc    types.Importer
	files map[string]string // of export data, by path
	spans map[string]bool   // which of the files mention spans
}

func newReader(fset *token.FileSet) *reader {
	r := &reader{files: map[string]string{}, spans: map[string]bool{}}
	r.gc = importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(r.files[path]) })
	return r
}

// given is what a plan knows of a package, and a call of the compiler reads.
type given struct {
	*imports
	*reader
	fset  *token.FileSet
	facts map[string]string // of what the package imports
}

// reachesSpans reports whether what the package imports hands spans over.
func (g *given) reachesSpans() bool {
	if len(g.facts) > 0 {
		return true
	}
	for _, file := range g.file {
		spans, ok := g.spans[file]
		if !ok {
			spans = mentionsSpans(file)
			g.spans[file] = spans
		}
		if spans {
			return true
		}
	}
	return false
}

// importer returns what resolves the package's imports.
func (g *given) importer() *typeImporter {
	for path, file := range g.file {
		g.files[path] = file
	}
	return &typeImporter{imports: g.imports, gc: g}
}

// Import implements types.Importer.
func (g *given) Import(path string) (*types.Package, error) {
	p, err := g.gc.Import(path)
	if err != nil {
		return nil, err
	}
	if facts, ok := g.facts[path]; ok {
		name := weave.FactsName(path)
		if p.Scope().Lookup(name) == nil {
			p.Scope().Insert(types.NewConst(token.NoPos, p, name, types.Typ[types.UntypedString], constant.MakeString(facts)))
		}
	}
	return p, nil
}
