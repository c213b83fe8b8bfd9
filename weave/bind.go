package weave

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
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
func (w *weaver) bindTarget(r *Rule, b Bind) error {
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
func (w *weaver) bind(d decl, param string, stale bool) string {
	id, names := d.param(param)
	if id == nil {
		return fmt.Sprintf("%s has no parameter %s to bind: %s", d.name(), param, names)
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
	outer := Prefix + param
	d.f.replace(id, outer)
	d.f.open(d.fd.Body.Lbrace, fmt.Sprintf("%s := %s(%s, %t); _ = %[1]s;", param, w.bindFunc(sig, many), outer, stale))
	w.site("bind", d.f, id, d.name(), "")
	return ""
}

// core returns a type's underlying type; for a type parameter, that of the only
// type in its constraint, if it is a plain one.
func core(t types.Type) types.Type {
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	c, ok := p.Constraint().Underlying().(*types.Interface)
	if !ok || c.NumEmbeddeds() != 1 {
		return nil
	}
	e := c.EmbeddedType(0)
	if u, ok := e.(*types.Union); ok {
		if u.Len() != 1 {
			return nil
		}
		e = u.Term(0).Type()
	}
	return e.Underlying()
}

// bindFunc returns the name of the generic function that binds funcs of a
// shape.
func (w *weaver) bindFunc(sig *types.Signature, many bool) string {
	n, m := sig.Params().Len(), sig.Results().Len()
	name := fmt.Sprintf("%sbind%d_%d", Prefix, n, m)
	if sig.Variadic() {
		name += "v"
	}
	capture := w.runtimeFunc("capture", "(stale bool) (c "+Prefix+"unsafe.Pointer, ok bool)")
	adopt := w.runtimeFunc("adopt", "(c "+Prefix+"unsafe.Pointer) (slot "+Prefix+"unsafe.Pointer, count uint32)")
	restore := w.runtimeFunc("restore", "(slot "+Prefix+"unsafe.Pointer, count uint32)")

	shape, tparams, params, args := signature(n, m, sig.Variadic())
	results, ret := "", ""
	if m > 0 {
		results, ret = " ("+strings.Join(tparams[n:], ", ")+")", "return "
	}
	typed := ""
	if len(tparams) > 0 {
		typed = ", " + strings.Join(tparams, ", ") + " any"
	}
	w.need[fmt.Sprintf(`func %s[F ~%s%s](f F, stale bool) F {
	if f == nil {
		return f
	}
	c, ok := %s(stale)
	if !ok {
		return f
	}
	return func(%s)%s {
		defer %s(%s(c))
		%sf(%s)
	}
}
`, name, shape, typed, capture, params, results, restore, adopt, ret, args)] = true
	if !many {
		return name
	}
	w.need[fmt.Sprintf(`func %ss[F ~%s%s](fs []F, stale bool) []F {
	if len(fs) == 0 {
		return fs
	}
	bound := make([]F, len(fs))
	for i, f := range fs {
		bound[i] = %[1]s(f, stale)
	}
	return bound
}
`, name, shape, typed)] = true
	return name + "s"
}

// signature spells a func type with type parameters for all its parameters and
// results: the type, the type parameters, and how a func of it declares its
// parameters and passes them on.
func signature(n, m int, variadic bool) (shape string, tparams []string, params, args string) {
	var in, named, pass, out []string
	for i := range n {
		t := fmt.Sprintf("A%d", i)
		tparams = append(tparams, t)
		a := fmt.Sprintf("a%d", i)
		if variadic && i == n-1 {
			t, pass = "..."+t, append(pass, a+"...")
		} else {
			pass = append(pass, a)
		}
		in, named = append(in, t), append(named, a+" "+t)
	}
	for i := range m {
		out = append(out, fmt.Sprintf("R%d", i))
	}
	tparams = append(tparams, out...)
	shape = "func(" + strings.Join(in, ", ") + ")"
	if m > 0 {
		shape += " (" + strings.Join(out, ", ") + ")"
	}
	return shape, tparams, strings.Join(named, ", "), strings.Join(pass, ", ")
}

// decl is a function declaration with a body.
type decl struct {
	f  *file
	fd *ast.FuncDecl
}

func (d decl) name() string { return declName(d.fd) }

// param returns the identifier of a parameter, or what to choose from.
func (d decl) param(name string) (id *ast.Ident, others string) {
	var names []string
	for _, p := range d.fd.Type.Params.List {
		for _, id := range p.Names {
			if id.Name == name && name != "_" {
				return id, ""
			}
			if id.Name != "_" {
				names = append(names, id.Name)
			}
		}
	}
	if len(names) == 0 {
		return nil, "it has none with a name"
	}
	return nil, "it has " + strings.Join(names, ", ")
}

// target returns the declarations that a rule's target names: one, or none
// where the release at hand does not have it and need not.
func (w *weaver) target(r *Rule, t Target) ([]decl, error) {
	if w.without(t.Since, "") {
		return nil, nil
	}
	pkg, name, ok := SplitFunc(t.Func)
	if !ok || pkg != r.Package {
		return nil, &Error{At: t.At, Hook: r, Msg: fmt.Sprintf("%q names no function of %s", t.Func, r.Package)}
	}
	var found []decl
	var names []string
	for _, f := range w.files {
		for _, d := range f.ast.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := declName(fd)
			if n == name && fd.Body != nil {
				found = append(found, decl{f, fd})
			}
			if fd.Body != nil && n != "init" && n != "_" {
				names = append(names, n)
			}
		}
	}
	if len(found) == 0 && !w.lenient(t.Since, "") {
		return nil, &Error{At: t.At, Hook: r, Msg: fmt.Sprintf("no function %s in %s%s", name, pkg, choices(name, names))}
	}
	return found, nil
}

// choices lists the functions that may have been meant: those that are called
// alike, else all, as far as a line goes.
func choices(name string, names []string) string {
	last := func(s string) string { return strings.ToLower(s[strings.LastIndexByte(s, '.')+1:]) }
	var alike []string
	for _, n := range names {
		if a, b := last(n), last(name); len(b) > 1 && (strings.HasPrefix(a, b[:2]) || strings.Contains(a, b) || strings.Contains(b, a)) {
			alike = append(alike, n)
		}
	}
	if len(alike) > 0 {
		names = alike
	}
	slices.Sort(names)
	names = slices.Compact(names)
	const most = 12
	if len(names) > most {
		names = append(names[:most:most], "...")
	}
	if len(names) == 0 {
		return ", which has none"
	}
	return "; it has " + strings.Join(names, ", ")
}

// SplitFunc splits a function's full name into its package's path and its name
// in that: "f", "T.m" or "(*T).m". Type parameters are left out.
func SplitFunc(full string) (pkg, name string, ok bool) {
	for {
		i := strings.IndexByte(full, '[')
		j := strings.IndexByte(full, ']')
		if i < 0 || j < i {
			break
		}
		full = full[:i] + full[j+1:]
	}
	if rest, method := strings.CutPrefix(full, "("); method {
		rest, star := strings.CutPrefix(rest, "*")
		recv, fn, ok := strings.Cut(rest, ").")
		i := strings.LastIndexByte(recv, '.')
		if !ok || i <= strings.LastIndexByte(recv, '/') || !token.IsIdentifier(fn) || !token.IsIdentifier(recv[i+1:]) {
			return "", "", false
		}
		if star {
			return recv[:i], "(*" + recv[i+1:] + ")." + fn, true
		}
		return recv[:i], recv[i+1:] + "." + fn, true
	}
	i := strings.LastIndexByte(full, '.')
	if i <= strings.LastIndexByte(full, '/') || i == 0 || !token.IsIdentifier(full[i+1:]) {
		return "", "", false
	}
	return full[:i], full[i+1:], true
}

// inherit marks the spawn sites of a function that a rule names, or of the
// whole package.
func (w *weaver) inherit(r *Rule, t Target) error {
	var decls []decl
	if t.Func == r.Package {
		for _, f := range w.files {
			for _, d := range f.ast.Decls {
				if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
					decls = append(decls, decl{f, fd})
				}
			}
		}
	} else {
		var err error
		if decls, err = w.target(r, t); err != nil || len(decls) == 0 {
			return err
		}
	}
	n := 0
	for _, d := range decls {
		ast.Inspect(d.fd.Body, func(node ast.Node) bool {
			if g, ok := node.(*ast.GoStmt); ok {
				n++
				if !w.Own { // where all inherit
					w.spawn(d.f, g)
					w.site("inherit", d.f, g, d.name(), "")
				}
			}
			return true
		})
	}
	if n == 0 && !w.lenient(t.Since, "") {
		return &Error{At: t.At, Hook: r, Msg: t.Func + " holds no go statement that could inherit"}
	}
	return nil
}

// freshTarget notes that a function, or the whole package, hands nothing on.
func (w *weaver) freshTarget(r *Rule, t Target) error {
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
