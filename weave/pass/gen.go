package pass

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"
)

func PassFunc(name string, n int, do string) string {
	var tparams, params, results, values []string
	for i := range n {
		tparams = append(tparams, fmt.Sprintf("T%d", i))
		params = append(params, fmt.Sprintf("r%d T%d", i, i))
		results = append(results, fmt.Sprintf("T%d", i))
		values = append(values, fmt.Sprintf("r%d", i))
	}
	return fmt.Sprintf("func %s[%s any](%s) (%s) { %s; return %s }\n", name, strings.Join(tparams, ", "),
		strings.Join(params, ", "), strings.Join(results, ", "), do, strings.Join(values, ", "))
}

// Shape is a func type as a file can spell it that imports nothing: predeclared
// types by their names, all others as type parameters.
type Shape struct {
	Name    string   // tells it from others, as part of an identifier
	Typ     string   // the type
	Tparams []string // the type parameters
	Params  string   // how a func of it declares its parameters
	Results string   // and results, behind a space
	Call    string   // how it calls f with them
}

func (w *Pass) Shape(sig *types.Signature) Shape {
	var sh Shape
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
		if name != "" && token.IsIdentifier(name) && w.Types.Scope().Lookup(name) == nil {
			sh.Name += "_" + name
			return name
		}
		name = fmt.Sprintf("%s%d", kind, i)
		sh.Name += "_" + name
		sh.Tparams = append(sh.Tparams, name)
		return name
	}
	var in, named, pass, out []string
	for i := range sig.Params().Len() {
		t, a := sig.Params().At(i).Type(), fmt.Sprintf("a%d", i)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			text := "..." + spell(t.(*types.Slice).Elem(), "A", i)
			sh.Name += "s"
			in, named, pass = append(in, text), append(named, a+" "+text), append(pass, a+"...")
			continue
		}
		text := spell(t, "A", i)
		in, named, pass = append(in, text), append(named, a+" "+text), append(pass, a)
	}
	sh.Name += "_"
	for i := range sig.Results().Len() {
		out = append(out, spell(sig.Results().At(i).Type(), "R", i))
	}
	if len(out) > 0 {
		sh.Results = " (" + strings.Join(out, ", ") + ")"
	}
	sh.Typ = "func(" + strings.Join(in, ", ") + ")" + sh.Results
	sh.Params, sh.Call = strings.Join(named, ", "), "f("+strings.Join(pass, ", ")+")"
	if sh.Results != "" {
		sh.Call = "return " + sh.Call
	}
	return sh
}

// TypeParams returns a type parameter list of the shape's, behind those given.
func (sh Shape) TypeParams(first ...string) string {
	list := strings.Join(first, ", ")
	if len(sh.Tparams) > 0 {
		if list != "" {
			list += ", "
		}
		list += strings.Join(sh.Tparams, ", ") + " any"
	}
	if list == "" {
		return ""
	}
	return "[" + list + "]"
}
