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
func (w *weaver) under(sh shape, c string) string {
	const ptr = Prefix + "unsafe.Pointer"
	adopt := w.runtimeFunc("adopt", "(c "+ptr+") (old "+ptr+", hushed uint64)")
	restore := w.runtimeFunc("restore", "(old "+ptr+", hushed uint64)")
	return fmt.Sprintf("func(%s)%s { defer %s(%s(%s)); %s }", sh.params, sh.results, restore, adopt, c, sh.call)
}

// shape is a func type as a file can spell it that imports nothing: predeclared
// types by their names, all others as type parameters.
type shape struct {
	name    string   // tells it from others, as part of an identifier
	typ     string   // the type
	tparams []string // the type parameters
	params  string   // how a func of it declares its parameters
	results string   // and results, behind a space
	call    string   // how it calls f with them
}

func (w *weaver) shape(sig *types.Signature) shape {
	var sh shape
	spell := func(t types.Type, kind string, i int) string {
		var name string
		switch t := types.Unalias(t).(type) {
		case *types.Basic:
			name = t.Name()
		case *types.Named:
			if t.Obj().Pkg() == nil {
				name = t.Obj().Name()
			}
		}
		// Unless the package says otherwise, these are what they seem.
		if name != "" && token.IsIdentifier(name) && w.pkg.Scope().Lookup(name) == nil {
			sh.name += "_" + name
			return name
		}
		name = fmt.Sprintf("%s%d", kind, i)
		sh.name += "_" + name
		sh.tparams = append(sh.tparams, name)
		return name
	}
	var in, named, pass, out []string
	for i := range sig.Params().Len() {
		t, a := sig.Params().At(i).Type(), fmt.Sprintf("a%d", i)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			text := "..." + spell(t.(*types.Slice).Elem(), "A", i)
			sh.name += "s"
			in, named, pass = append(in, text), append(named, a+" "+text), append(pass, a+"...")
			continue
		}
		text := spell(t, "A", i)
		in, named, pass = append(in, text), append(named, a+" "+text), append(pass, a)
	}
	sh.name += "_"
	for i := range sig.Results().Len() {
		out = append(out, spell(sig.Results().At(i).Type(), "R", i))
	}
	if len(out) > 0 {
		sh.results = " (" + strings.Join(out, ", ") + ")"
	}
	sh.typ = "func(" + strings.Join(in, ", ") + ")" + sh.results
	sh.params, sh.call = strings.Join(named, ", "), "f("+strings.Join(pass, ", ")+")"
	if sh.results != "" {
		sh.call = "return " + sh.call
	}
	return sh
}

// typeParams returns a type parameter list of the shape's, behind those given.
func (sh shape) typeParams(first ...string) string {
	list := strings.Join(first, ", ")
	if len(sh.tparams) > 0 {
		if list != "" {
			list += ", "
		}
		list += strings.Join(sh.tparams, ", ") + " any"
	}
	if list == "" {
		return ""
	}
	return "[" + list + "]"
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
	if w.without(t.Since, t.Until) {
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
	if len(found) == 0 && !w.lenient(t.Since, t.Until) {
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
	if n == 0 && !w.lenient(t.Since, t.Until) {
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
