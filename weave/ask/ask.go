// Package ask weaves where a package asks a ctx for its span, or for its baggage.
package ask

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/rule"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// What happens where own code asks a ctx for its span, or for its baggage:
//
//	span := trace.SpanFromContext(ctx)  becomes  span := asks(trace.SpanFromContext)(ctx)
//
// asks returns the function that OpenTelemetry's woven package has for own code: of
// a ctx that was never given a span, that one says what is current, by a view, whose
// End and SetName do nothing. Others who ask get plain Go's answer: a library
// decides by it. So does own code
//
//   - that asks nil, or a literal context.Background() or TODO(): this is how Go code
//     says no-op span;
//   - that ends what it got: it takes it for its own;
//   - that makes a link of what it got: a link says what the ctx says.

// Weaver are where a package asks a ctx for its span.
type Weaver struct {
	*pass.Pass
	askIn map[ast.Decl]string // what rules say asks as own code does, and which
}

// New returns what weaves where a package asks.
func New(p *pass.Pass) *Weaver { return &Weaver{Pass: p} }

// asked are the functions, by their full names, and the variables that hold what is
// called in their place.
var asked = map[string]*seam.Symbol{
	pass.OtelTrace + ".SpanFromContext":           &seam.SpanFromContext,
	pass.OtelTrace + ".SpanContextFromContext":    &seam.SpanContextFromContext,
	pass.OtelModule + "/baggage" + ".FromContext": &seam.BaggageFromContext,
}

// Target notes that a function, or the whole package, asks as own code does.
func (w *Weaver) Target(r *rule.Rule, t rule.Target) error {
	if w.askIn == nil {
		w.askIn = map[ast.Decl]string{}
	}
	n := 0
	note := func(f *pass.File, d ast.Decl) {
		w.askIn[d] = w.By
		if w.Plan.Asks {
			ast.Inspect(d, func(node ast.Node) bool {
				if id, ok := node.(*ast.Ident); ok {
					if fn, ok := w.Info.Uses[id].(*types.Func); ok && asked[fn.FullName()] != nil {
						n++
					}
				}
				return true
			})
		}
	}
	if t.Func == r.Package {
		for _, f := range w.Files {
			for _, d := range f.Syntax.Decls {
				note(f, d)
			}
		}
	} else {
		decls, err := w.Pass.Target(r, t)
		if err != nil || len(decls) == 0 {
			return err
		}
		for _, d := range decls {
			note(d.File, d.Func)
		}
	}
	if n == 0 && !w.Lenient(t.Since, t.Until) {
		return &rule.Error{At: t.At, Hook: r, Msg: t.Func + " asks no ctx for its span"}
	}
	return nil
}

// Weave weaves the references to functions that ask a ctx.
func (w *Weaver) Weave() {
	w.EachDecl(func(f *pass.File, name string, d ast.Decl) {
		if !w.Asks && w.askIn[d] == "" {
			return
		}
		w.By = w.askIn[d]
		f.Walk(d, func(n ast.Node, path []ast.Node, _ bool) bool {
			if id, ok := n.(*ast.Ident); ok {
				if fn, ok := w.Info.Uses[id].(*types.Func); ok && asked[fn.FullName()] != nil {
					w.ask(f, d, name, id, fn, path)
				}
			}
			return true
		})
	})
}

// ask weaves one reference. path holds its ancestors within the declaration.
func (w *Weaver) ask(f *pass.File, decl ast.Decl, name string, id *ast.Ident, fn *types.Func, path []ast.Node) {
	var e ast.Expr = id
	if sel, ok := pass.Last(path).(*ast.SelectorExpr); ok && sel.Sel == id {
		e, path = sel, path[:len(path)-1]
	}
	for {
		p, ok := pass.Last(path).(*ast.ParenExpr)
		if !ok {
			break
		}
		e, path = p, path[:len(path)-1]
	}
	if call, ok := pass.Last(path).(*ast.CallExpr); ok && call.Fun == e {
		if reason := w.plainAnswer(decl, call, fn, path[:len(path)-1]); reason != "" {
			w.Report(pass.SiteAsk, f, id, name, reason)
			return
		}
	}
	f.Before(e, splice.Part{Text: w.asksFunc(fn) + "("})
	f.After(e, ")")
	w.Report(pass.SiteAsk, f, id, name, "")
}

// plainAnswer returns why a call gets plain Go's answer, or "". path holds the call's
// ancestors.
func (w *Weaver) plainAnswer(decl ast.Decl, call *ast.CallExpr, fn *types.Func, path []ast.Node) string {
	if fn.Pkg().Path() != pass.OtelTrace {
		return ""
	}
	if len(call.Args) == 1 && (w.Info.Types[call.Args[0]].IsNil() || w.LiteralContext(call.Args[0])) {
		return "asks for a no-op span"
	}
	var got types.Object
	for i := len(path) - 1; i >= 0 && got == nil; i-- {
		switch p := path[i].(type) {
		case *ast.SelectorExpr:
			if p.Sel.Name == "End" {
				return endsWhatItGot
			}
		case *ast.CompositeLit:
			if isLink(w.Info.TypeOf(p)) {
				return linksWhatItGot
			}
		case *ast.AssignStmt:
			if len(p.Lhs) == len(p.Rhs) {
				for j, r := range p.Rhs {
					if pass.Within(call.Pos(), r) {
						got = w.ObjectOf(p.Lhs[j])
					}
				}
			}
		case *ast.ValueSpec:
			for j, r := range p.Values {
				if pass.Within(call.Pos(), r) && len(p.Names) == len(p.Values) {
					got = w.ObjectOf(p.Names[j])
				}
			}
		case ast.Stmt:
			return ""
		}
	}
	if got == nil {
		return ""
	}
	reason := ""
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if n.Sel.Name == "End" && w.ObjectOf(n.X) == got {
				reason = endsWhatItGot
			}
		case *ast.CompositeLit:
			if isLink(w.Info.TypeOf(n)) && w.Mentions(n, got) {
				reason = linksWhatItGot
			}
		}
		return reason == ""
	})
	return reason
}

const (
	endsWhatItGot  = "the function ends the span it gets: it takes it for its own"
	linksWhatItGot = "the function makes a link of what the ctx says"
)

func isLink(t types.Type) bool {
	if t == nil {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Link" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == pass.OtelTrace
}

// asksFunc returns the name of the generic function that returns what own code calls
// in fn's place.
func (w *Weaver) asksFunc(fn *types.Func) string {
	kind := "asks" + fn.Name()
	if fn.Pkg().Path() != pass.OtelTrace {
		kind = "asksBaggage"
	}
	value := pass.Prefix + kind + "Value"
	w.Declare(asked[fn.FullName()].DeclAs(value, pass.Prefix+"unsafe.Pointer")) // a func value is a pointer
	w.Declare(fmt.Sprintf("func %s[F any](f F) F {\n\tif %s == nil {\n\t\treturn f\n\t}\n\treturn *(*F)(%[3]sunsafe.Pointer(&%[2]s))\n}\n",
		pass.Prefix+kind, value, pass.Prefix))
	return pass.Prefix + kind
}
