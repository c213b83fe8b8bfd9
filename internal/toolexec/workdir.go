package toolexec

import (
	"bytes"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/drift-go/drift-toolexec/hooks"
	"github.com/drift-go/drift-toolexec/weave"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// woven is a package's woven form, written next to the output.
type woven struct {
	*target
	dir  string   // holds what was written
	args []string // name the woven files
}

// write puts the woven files next to the output, in the go command's own work
// folder. Their //line directives say where they are from; -trimpath has the
// compiler forget where they lie, because since Go 1.27 a //line directive's file is
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

// NoFallbackEnv makes it an error, for every package, that its woven form does not
// compile: a fault of this tool, which its own tests must not miss.
const NoFallbackEnv = "DRIFT_NOFALLBACK"

// run compiles the woven form. If that fails, the compiler is given the source as it
// is. It reports errors of the source in its own words and order, and compiles a
// source without errors. That includes a library whose hook is for another shape of it.
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
	kind := weave.SitePackage
	if w.hook != nil {
		kind = weave.SiteHook
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
