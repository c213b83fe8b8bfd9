package toolexec

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/module"

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
	t := &target{Config: c, compileArgs: a, files: a.args[a.sources:], hook: c.hook(a.pkg, a.std)}
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

// warn says on stderr what is no error. The go command shows what a compile prints,
// and shows it again where it takes that compile from its cache
// (cmd/go/internal/work/buildid.go, showStdout): once in each build.
func warn(err error) { fmt.Fprintf(os.Stderr, "drift-toolexec: %v\n", err) }

// target is the package that a call compiles.
type target struct {
	*Config
	*compileArgs
	files []string
	cwd   string
	srcs  []weave.Source
	hook  *rule.Rule   // the package's, or nil
	sites []weave.Site // what there is to report besides weave's
}

// replaced is why a package in a folder of the user's is left alone.
const replaced = "under -trimpath it is what it replaces, a library's: name it with -scope"

func (t *target) paths() []string {
	return importPaths(t.pkg, os.Getenv("TOOLEXEC_IMPORTPATH"))
}

// weave returns the package's woven form, nil where there is nothing to do.
func (t *target) weave() (*weave.Result, error) {
	if t.hook != nil && t.hook.Std && t.goversion != "" {
		if err := checkGo(t.goversion); err != nil {
			return nil, err
		}
	}
	p := &weave.Package{Path: t.pkg, GoVersion: t.lang, Arch: goarch(), Sources: t.srcs}
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
		if im, err = t.own(p); err != nil {
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
		ti = newImporter(im, fset, t.cwd)
		return ti
	}
	res, err := weave.Weave(p)
	if err == nil && ti != nil {
		// The source is not to blame: the compiler would build it, unwoven.
		err = ti.err
	}
	return res, t.explain(err)
}

// own fills in what there is to weave in a package that is neither Go's nor
// OpenTelemetry's.
func (t *target) own(p *weave.Package) (*imports, error) {
	im, err := readImportcfg(t.importcfg)
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
	// What starts a goroutine in a hooked library, its hook says.
	p.Own = t.hook == nil && t.inScope(t.paths(), keys)
	if t.hook == nil && !p.Own && t.inScope(t.paths(), folders) {
		t.sites = append(t.sites, weave.Site{Kind: "package", Pos: token.Position{Filename: folders[0]}, Reason: replaced})
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

// marks returns the functions that take the mark: Go's own, and those of the
// libraries that a package imports.
func (t *target) marks(im *imports) []string {
	return hooks.Marks(func(r *rule.Rule) bool {
		if r.Std {
			return true
		}
		_, ok := im.file[r.Package]
		return ok && t.Config.hook(r.Package, false) != nil
	})
}

// handOffs returns the functions of the libraries that a package imports, of which
// hooks say that they run what they are given.
func (t *target) handOffs(im *imports) []string {
	return hooks.HandOffs(func(r *rule.Rule) bool {
		_, ok := im.file[r.Package]
		return ok && !r.Std && t.Config.hook(r.Package, false) != nil
	})
}

// messages returns the types of messages of the packages that a package imports.
func messages(im *imports) []rule.Message {
	var list []rule.Message
	for pkg, messages := range hooks.Messages() {
		if _, ok := im.file[pkg]; ok {
			list = append(list, messages...)
		}
	}
	slices.SortFunc(list, func(a, b rule.Message) int { return cmp.Compare(a.Type, b.Type) })
	return list
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

// release names the release of a hooked package, or the folder of one that
// is a copy without a version.
func (t *target) release() string {
	if t.std {
		return cmp.Or(t.goversion, "this Go release")
	}
	return cmp.Or(t.version(), t.folder())
}

// version returns the version of the package's module, as its folder tells it,
// or empty.
func (t *target) version() string {
	dir := t.folder()
	if v := moduleVersion(dir); v != "" {
		return v
	}
	v, _ := vendored(dir, t.pkg)
	return v
}

// knownVersion returns the version of a module that the package is surely from:
// not that of another one that replaces it.
func (t *target) knownVersion(mod string) string {
	escaped, err := module.EscapePath(mod)
	if err != nil {
		return ""
	}
	dir := t.folder()
	if v := moduleVersion(dir); v != "" {
		if !strings.Contains(filepath.ToSlash(dir), "/"+escaped+"@"+v) {
			return ""
		}
		return v
	}
	version, replaced := vendored(dir, t.pkg)
	if replaced {
		return ""
	}
	return version
}

// knownRelease returns the release of what the package's hook is for, empty where
// nobody knows it: Go's own, or that of the module.
func (t *target) knownRelease() string {
	if t.std {
		return goVersion(t.goversion)
	}
	if !isOtel(t.pkg) {
		return t.knownVersion(t.hook.Module)
	}
	// OpenTelemetry is of many modules, which lie below each other.
	for mod := t.pkg; isOtel(mod); mod = path.Dir(mod) {
		if v := t.knownVersion(mod); v != "" {
			return v
		}
	}
	return ""
}

// vendored returns the version that vendor/modules.txt gives for the module of
// a package in a vendor folder, and whether another one stands in for it.
func vendored(dir, pkg string) (version string, replaced bool) {
	vendor, ok := strings.CutSuffix(filepath.ToSlash(dir), "/"+pkg)
	if !ok {
		return "", false
	}
	text, err := os.ReadFile(filepath.Join(vendor, "modules.txt"))
	if err != nil {
		return "", false
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) >= 3 && f[0] == "#" {
			version, replaced = f[2], len(f) > 3
		} else if line == pkg {
			return version, replaced
		}
	}
	return "", false
}

// reachesSpans tells whether a package can get hold of a span: by importing
// OpenTelemetry, or in scope a package whose functions hand spans over.
func (t *target) reachesSpans(im *imports, own bool) bool {
	for path := range im.file {
		if isOtel(path) {
			return true
		}
	}
	if !own {
		return false
	}
	for _, file := range im.file {
		if mentionsSpans(abs(t.cwd, file)) {
			return true
		}
	}
	return false
}

func isOtel(path string) bool {
	return path == otelModule || strings.HasPrefix(path, otelModule+"/")
}

// mentionsSpans tells whether an archive's export data names OpenTelemetry's
// trace package, as that of every package does that lets its importers reach
// a span or a tracer, or holds weave's facts. The import configuration itself
// lists direct imports alone.
func mentionsSpans(name string) bool {
	text, err := exportData(name)
	return err == nil && (bytes.Contains(text, []byte(otelModule+"/trace")) || bytes.Contains(text, []byte(weave.FactsPrefix)))
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

// woven is a package's woven form, written next to the output.
type woven struct {
	*target
	dir  string   // holds what was written
	args []string // name the woven files
}

// write puts the woven files next to the output, in the go command's own work
// folder. Their //line directives say where they are from; -trimpath has the
// compiler forget where they lie, for since Go 1.27 a //line directive's file is
// relative to that (cmd/compile/internal/syntax/parser.go, updateBase).
func (t *target) write(res *weave.Result) (w *woven, err error) {
	w = &woven{
		target: t,
		dir:    filepath.Join(filepath.Dir(t.out), "drift-"+strings.TrimSuffix(filepath.Base(t.out), filepath.Ext(t.out))),
		args:   append([]string(nil), t.args...),
	}
	if err := os.MkdirAll(w.dir, 0o777); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			w.clean()
		}
	}()
	dirs := map[string]string{} // one for each folder of sources
	var rewrites strings.Builder
	for i := range t.files {
		text, ok := res.Files[i]
		if !ok {
			continue
		}
		from := filepath.Dir(t.files[i])
		dir, ok := dirs[from]
		if !ok {
			dir = filepath.Join(w.dir, strconv.Itoa(len(dirs)))
			dirs[from] = dir
			if err := os.MkdirAll(dir, 0o777); err != nil {
				return nil, err
			}
			if from == "." {
				from = "" // as the compiler has it
			}
			fmt.Fprintf(&rewrites, "%s=>%s;", dir, t.trimmed(from))
		}
		name := filepath.Join(dir, fmt.Sprintf("%d_%s", i, filepath.Base(t.files[i])))
		if err := os.WriteFile(name, text, 0o666); err != nil {
			return nil, err
		}
		w.args[t.sources+i] = name
	}
	w.args = slices.Insert(w.args, t.flags, "-trimpath="+rewrites.String()+w.dir+"=>;"+t.trimpath)
	for _, f := range res.Added {
		name := filepath.Join(w.dir, "drift_"+f.Name)
		if err := os.WriteFile(name, f.Body, 0o666); err != nil {
			return nil, err
		}
		w.args = append(w.args, name)
	}
	if t.response {
		name := filepath.Join(w.dir, "args")
		if err := writeResponse(name, w.args); err != nil {
			return nil, err
		}
		w.args = []string{"@" + name}
	}
	return w, nil
}

// clean removes what was written. The go command removes its work folder
// itself, unless it is told to keep it for a look (-work).
func (w *woven) clean() {
	if !w.goCommand() {
		os.RemoveAll(w.dir)
	}
}

// NoFallbackEnv makes a woven form that does not compile an error, whatever it is
// of: that is a fault of this tool, which its own tests are not to miss.
const NoFallbackEnv = "DRIFT_NOFALLBACK"

// run compiles the woven form. Should that fail, the compiler is given the
// source as it is: what is wrong with the source it says in its own words and
// order, and what is not wrong compiles. So does a library whose hook is for
// another shape of it.
func (w *woven) run(command, args []string) (int, error) {
	defer w.clean()
	var stdout, stderr bytes.Buffer
	code, err := run(command, w.args, &stdout, &stderr)
	if err != nil {
		return code, err
	}
	if code == 0 {
		os.Stdout.Write(stdout.Bytes())
		os.Stderr.Write(stderr.Bytes())
		return 0, w.report(w.sites)
	}
	stdout.Write(stderr.Bytes())
	if code, err := run(command, args); err != nil || code != 0 {
		return code, err
	}
	first, _, _ := strings.Cut(strings.TrimSpace(stdout.String()), "\n")
	msg := "compiles, but not woven: " + first
	err = fmt.Errorf("%s %s; please report this", w.pkg, msg)
	kind := "package"
	if w.hook != nil {
		kind = "hook"
		wrong := &rule.Error{Hook: w.hook, Msg: msg}
		if !hooks.Library(w.hook) || w.Strict {
			return 1, w.explain(wrong) // the rest of the program depends on it
		}
		err = w.aside(wrong)
	}
	if os.Getenv(NoFallbackEnv) == "1" {
		return 1, fmt.Errorf("%w; %s=1 makes that an error", err, NoFallbackEnv)
	}
	warn(err)
	pos := token.Position{Filename: abs(w.cwd, w.files[0])}
	return 0, w.report([]weave.Site{{Kind: kind, Pos: pos, Reason: "left out: " + msg}})
}
