// Package handoff weaves where work is handed over other than by a go statement: func
// parameters that are bound, calls that raise the mark, and what starts fresh.
package handoff

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/rule"
	"github.com/drift-go/drift-toolexec/weave/serve"
)

// What happens to a func that is handed over to be run later or elsewhere:
//
//	func (p *Pool) Submit(task func()) error {
//
// becomes
//
//	func (p *Pool) Submit(_drift_task func()) error { task := bind(_drift_task);
//
// so the parameter is bound once, and is as it was to the rest of the body: one
// that were assigned to would be captured by its address where it was by its
// value. bind is a generic function for the parameter's number of parameters
// and results. It captures the current context and returns a func that runs
// the one it was given under that, and then restores what was there, also on
// panic and Goexit.

func New(servers *serve.Servers) *Weaver {
	return &Weaver{Servers: servers, bound: map[*ast.Ident]bool{}}
}

// Weaver are where work is handed over other than by a go statement.
type Weaver struct {
	*serve.Servers
	bound  map[*ast.Ident]bool   // parameters
	timers map[*extent.Unit]bool // those that are handed to time.AfterFunc
}

// Bind binds a parameter that a rule names.
func (w *Weaver) Bind(r *rule.Rule, b rule.Bind) error {
	decls, err := w.Target(r, b.Target)
	if err != nil {
		return err
	}
	for _, d := range decls {
		if msg := w.bindParam(d, b.Param, b.Stale); msg != "" {
			return &rule.Error{At: b.At, Hook: r, Msg: msg}
		}
	}
	return nil
}

// bindParam binds a parameter of a function and returns why it can't.
func (w *Weaver) bindParam(d pass.Decl, param string, stale bool) string {
	id, names := d.Param(param)
	if id == nil {
		return fmt.Sprintf("%s has no parameter %s to bind: %s", d.Name(), param, names)
	}
	if w.bound[id] { // a directive and the configuration say the same
		return ""
	}
	t := w.Info.Defs[id].Type()
	var sig *types.Signature
	many := false
	switch u := pass.Core(t).(type) {
	case *types.Signature:
		sig = u
	case *types.Slice:
		sig, _ = pass.Core(u.Elem()).(*types.Signature)
		many = true
	}
	if sig == nil {
		return fmt.Sprintf("parameter %s of %s is no func to bind but %s", param, d.Name(), types.TypeString(t, types.RelativeTo(w.Types)))
	}
	w.bound[id] = true
	outer := pass.Prefix + param
	d.File.Replace(id, outer)
	d.File.Open(d.Func.Body.Lbrace, fmt.Sprintf("%s := %s(%s, %t); _ = %[1]s;", param, w.bindFunc(sig, many), outer, stale))
	w.Report(pass.SiteBind, d.File, id, d.Name(), "")
	return ""
}

// bindFunc returns the name of the generic function that binds funcs of a
// shape.
func (w *Weaver) bindFunc(sig *types.Signature, many bool) string {
	sh := w.Shape(sig)
	name := pass.Prefix + "bind" + sh.Name
	ptr := pass.Prefix + "unsafe.Pointer"
	capture := w.Reach(&seam.Capture)
	// A func made in a generic function would hold that one's type arguments
	// too: without any in its own type, it is made elsewhere.
	run := w.under(sh, "c")
	if len(sh.Tparams) == 0 {
		under := pass.Prefix + "under" + sh.Name
		w.Declare(fmt.Sprintf("func %s(f func(%s)%s, c %s) func(%[2]s)%[3]s {\n\treturn %[5]s\n}\n", under, sh.Params, sh.Results, ptr, run))
		run = under + "(f, c)"
	}
	w.Declare(fmt.Sprintf(`func %s%s(f F, stale bool) F {
	if f == nil {
		return f
	}
	c, ok := %s(stale)
	if !ok {
		return f
	}
	return %s
}
`, name, sh.TypeParams("F ~"+sh.Typ), capture, run))
	if !many {
		return name
	}
	w.Declare(fmt.Sprintf(`func %ss%s(fs []F, stale bool) []F {
	if len(fs) == 0 {
		return fs
	}
	bound := make([]F, len(fs))
	for i, f := range fs {
		bound[i] = %[1]s(f, stale)
	}
	return bound
}
`, name, sh.TypeParams("F ~"+sh.Typ)))
	return name + "s"
}

// under returns a func literal of a shape that calls f under the context c, and
// then brings back what was there.
func (w *Weaver) under(sh pass.Shape, c string) string {
	adopt := w.Reach(&seam.Attach)
	restore := w.Reach(&seam.Detach)
	return fmt.Sprintf("func(%s)%s { defer %s(%s(%s)); %s }", sh.Params, sh.Results, restore, adopt, c, sh.Call)
}

// FreshTarget notes that a function, or the whole package, hands nothing on.
func (w *Weaver) FreshTarget(r *rule.Rule, t rule.Target) error {
	if t.Func == r.Package {
		w.Plan.Spawns, w.Plan.Marks = false, false
		return nil
	}
	decls, err := w.Target(r, t)
	for _, d := range decls {
		d.File.MakeFresh(d.Func)
	}
	return err
}
