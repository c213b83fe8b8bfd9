package pass

import (
	"crypto/sha256"
	"fmt"
	"go/types"
	"sort"
	"strings"
)

// A function that starts a span and hands it to its caller by something other
// than a trace.Span can't be told from others by its signature. Which functions
// of a package do, and how, is a fact that packages importing it need. It travels in the
// export data, as a constant: no cache, no remote build can lose it. A package that
// sees OpenTelemetry and has iterators has the constant too, if an empty one: those who
// range over them are then looked into.

// FactsPrefix begins the name of the constant. It is exported so that it is in
// the export data, and ends in a digest of the path so that two packages
// imported with a dot do not collide.
const FactsPrefix = "Drift_facts_"

func FactsName(path string) string {
	sum := sha256.Sum256([]byte(path))
	return fmt.Sprintf("%s%x", FactsPrefix, sum[:6])
}

func factsDecl(path, facts string) string {
	return fmt.Sprintf("// The functions that hand a span to their caller.\nconst %s = %q\n", FactsName(path), facts)
}

// FactsText returns the constant's value, nil if there is to be none.
func (w *Pass) FactsText() *string {
	if len(w.Facts) == 0 && !w.Iterates {
		return nil
	}
	sort.Strings(w.Facts)
	text := strings.Join(w.Facts, " ")
	return &text
}

// FactsOf returns what the facts of an imported package say of a function.
func (w *Pass) FactsOf(fn *types.Func) string {
	pkg := fn.Pkg()
	if pkg == nil {
		return ""
	}
	c, ok := pkg.Scope().Lookup(FactsName(pkg.Path())).(*types.Const)
	if !ok {
		return ""
	}
	for _, f := range strings.Fields(strings.Trim(c.Val().ExactString(), `"`)) {
		if name, code, _ := strings.Cut(f, "="); name == FuncName(fn) {
			return code
		}
	}
	return ""
}

// Says reports whether the facts of an imported package say something of a function.
func (w *Pass) Says(fn *types.Func, what byte) bool {
	return strings.IndexByte(w.FactsOf(fn), what) >= 0
}

// FuncName names a function as declName does.
func FuncName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t, star := recv.Type(), false
	if p, ok := t.(*types.Pointer); ok {
		t, star = p.Elem(), true
	}
	name := "?"
	if n, ok := types.Unalias(t).(*types.Named); ok {
		name = n.Obj().Name()
	}
	if star {
		return "(*" + name + ")." + fn.Name()
	}
	return name + "." + fn.Name()
}
