package weave

import (
	"fmt"
	"go/ast"
	"go/types"
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

// bindTarget binds a parameter that a rule names.
func (w *HandOffs) bindTarget(r *Rule, b Bind) error {
	decls, err := w.target(r, b.Target)
	if err != nil {
		return err
	}
	for _, d := range decls {
		if msg := w.bind(d, b.Param, b.Stale); msg != "" {
			return &Error{At: b.At, Hook: r, Msg: msg}
		}
	}
	return nil
}

// bind binds a parameter of a function and returns why it can't.
func (w *HandOffs) bind(d decl, param string, stale bool) string {
	id, names := d.param(param)
	if id == nil {
		return fmt.Sprintf("%s has no parameter %s to bind: %s", d.name(), param, names)
	}
	if w.bound[id] { // a directive and the configuration say the same
		return ""
	}
	t := w.info.Defs[id].Type()
	var sig *types.Signature
	many := false
	switch u := core(t).(type) {
	case *types.Signature:
		sig = u
	case *types.Slice:
		sig, _ = core(u.Elem()).(*types.Signature)
		many = true
	}
	if sig == nil {
		return fmt.Sprintf("parameter %s of %s is no func to bind but %s", param, d.name(), types.TypeString(t, types.RelativeTo(w.pkg)))
	}
	w.bound[id] = true
	outer := Prefix + param
	d.f.replace(id, outer)
	d.f.open(d.fd.Body.Lbrace, fmt.Sprintf("%s := %s(%s, %t); _ = %[1]s;", param, w.bindFunc(sig, many), outer, stale))
	w.site("bind", d.f, id, d.name(), "")
	return ""
}

// bindFunc returns the name of the generic function that binds funcs of a
// shape.
func (w *HandOffs) bindFunc(sig *types.Signature, many bool) string {
	sh := w.shape(sig)
	name := Prefix + "bind" + sh.name
	ptr := Prefix + "unsafe.Pointer"
	capture := w.runtimeFunc("capture", "(stale bool) (c "+ptr+", ok bool)")
	// A func made in a generic function would hold that one's type arguments
	// too: without any in its own type, it is made elsewhere.
	run := w.under(sh, "c")
	if len(sh.tparams) == 0 {
		under := Prefix + "under" + sh.name
		w.need[fmt.Sprintf("func %s(f func(%s)%s, c %s) func(%[2]s)%[3]s {\n\treturn %[5]s\n}\n", under, sh.params, sh.results, ptr, run)] = true
		run = under + "(f, c)"
	}
	w.need[fmt.Sprintf(`func %s%s(f F, stale bool) F {
	if f == nil {
		return f
	}
	c, ok := %s(stale)
	if !ok {
		return f
	}
	return %s
}
`, name, sh.typeParams("F ~"+sh.typ), capture, run)] = true
	if !many {
		return name
	}
	w.need[fmt.Sprintf(`func %ss%s(fs []F, stale bool) []F {
	if len(fs) == 0 {
		return fs
	}
	bound := make([]F, len(fs))
	for i, f := range fs {
		bound[i] = %[1]s(f, stale)
	}
	return bound
}
`, name, sh.typeParams("F ~"+sh.typ))] = true
	return name + "s"
}

// under returns a func literal of a shape that calls f under the context c, and
// then brings back what was there.
func (w *HandOffs) under(sh shape, c string) string {
	const ptr = Prefix + "unsafe.Pointer"
	adopt := w.runtimeFunc("adopt", "(c "+ptr+") (old "+ptr+", hushed uint64)")
	restore := w.runtimeFunc("restore", "(old "+ptr+", hushed uint64)")
	return fmt.Sprintf("func(%s)%s { defer %s(%s(%s)); %s }", sh.params, sh.results, restore, adopt, c, sh.call)
}

// freshTarget notes that a function, or the whole package, hands nothing on.
func (w *HandOffs) freshTarget(r *Rule, t Target) error {
	if t.Func == r.Package {
		w.spawns, w.marks = false, false
		return nil
	}
	decls, err := w.target(r, t)
	for _, d := range decls {
		if d.f.fresh == nil {
			d.f.fresh = map[int]bool{}
		}
		d.f.fresh[d.f.line(d.fd)] = true
	}
	return err
}

func newHandOffs(servers *Servers) *HandOffs {
	return &HandOffs{Servers: servers, bound: map[*ast.Ident]bool{}}
}

// HandOffs are where work is handed over other than by a go statement.
type HandOffs struct {
	*Servers
	bound  map[*ast.Ident]bool // parameters
	timers map[*unit]bool      // those that are handed to time.AfterFunc
}
