package extent

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// What happens where a loop ranges over a func. Its body runs while the iterator
// does, but belongs to the function it stands in: it is under what is current
// there, and under nothing that the iterator started.
//
//	for v := range seq {
//
// becomes
//
//	ranging(&r); for v := range seq {yielded(&r);
//
// yielded swaps what the iterator has put on the goroutine's chain for what the
// body left there, and resumed, at the end of the body and where a jump leaves
// it, swaps back.

// rangesOf returns those of a unit's loops over a func whose bodies may care.
func (w *Funcs) rangesOf(u *Unit) []*ast.RangeStmt {
	var out []*ast.RangeStmt
	for _, r := range u.ranges {
		if CallsAmongStmts(r.Body) && !w.plainIterator(r.X) {
			out = append(out, r)
		}
	}
	return out
}

// CallsAmongStmts reports whether a body calls anything.
func CallsAmongStmts(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		_, call := n.(*ast.CallExpr)
		found = found || call
		return !found
	})
	return found
}

// plainIterator reports whether an iterator is one of Go's own over values that are
// there already: it starts no span.
func (w *Funcs) plainIterator(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := w.Callee(call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "slices", "maps", "strings", "bytes":
	default:
		return false
	}
	for _, a := range call.Args {
		if t := w.Info.TypeOf(a); t == nil || pass.IsFunc(pass.CoreOr(t)) {
			return false
		}
	}
	return true
}

// rangesOver writes what begins the loops and their bodies.
func (x *Writer) rangesOver(ranges []*ast.RangeStmt) {
	f := x.Unit.File
	for i, r := range ranges {
		name := rangeName(i)
		f.Open(x.Unit.Body.Lbrace, fmt.Sprintf("var %s %sranging;", name, pass.Prefix))
		f.Open(r.Body.Lbrace, fmt.Sprintf("%s(&%s);", x.rangeFunc(&seam.Yielded), name))
		s := x.listed(r)
		a := x.Text(s)
		a.Before = append(a.Before, fmt.Sprintf("%s(&%s);", x.rangeFunc(&seam.Ranging), name))
		a.Behind = append([]string{fmt.Sprintf("%s(&%s)", x.rangeFunc(&seam.Ranged), name)}, a.Behind...)
	}
}

func rangeName(i int) string { return fmt.Sprintf("%sr%d", pass.Prefix, i+1) }

// listed returns the loop, or the statement that labels it.
func (x *Writer) listed(r *ast.RangeStmt) ast.Stmt {
	for _, l := range x.Unit.Labels {
		in := ast.Stmt(l)
		for {
			label, ok := in.(*ast.LabeledStmt)
			if !ok {
				break
			}
			in = label.Stmt
		}
		if in == ast.Stmt(r) {
			return l
		}
	}
	return r
}

// rangesLeft writes what ends the loops' bodies, and what precedes the jumps that
// leave them.
func (x *Writer) rangesLeft(ranges []*ast.RangeStmt) {
	f := x.Unit.File
	for i, r := range ranges {
		resumed := fmt.Sprintf("%s(&%s)", x.rangeFunc(&seam.Resumed), rangeName(i))
		f.Close(r.Body.Rbrace, ";"+resumed)
		ast.Inspect(r.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.BranchStmt:
				if n.Tok != token.FALLTHROUGH && x.leaves(n, r) && !x.nested(n, r, ranges) {
					f.Before(n, splice.Part{Text: resumed + ";"})
				}
			case *ast.ReturnStmt:
				if quiet(n) && !x.nested(n, r, ranges) {
					f.Before(n, splice.Part{Text: resumed + ";"})
				}
			}
			return true
		})
	}
}

// nested reports whether a statement in a loop over a func is in another one inside
// that, whose iterator comes first.
func (x *Writer) nested(s ast.Stmt, r *ast.RangeStmt, ranges []*ast.RangeStmt) bool {
	for _, o := range ranges {
		if o != r && pass.Within(o.Pos(), r.Body) && pass.Within(s.Pos(), o.Body) {
			if b, ok := s.(*ast.BranchStmt); !ok || x.leaves(b, o) {
				return true
			}
		}
	}
	return false
}

// rangeFunc returns the name of a function of package runtime's that is given a loop's
// state, which stays on the stack.
func (w *Funcs) rangeFunc(f *seam.Symbol) string {
	state := pass.Prefix + "ranging"
	w.Declare(fmt.Sprintf("// %s is what package runtime keeps of a loop over a func.\ntype %[1]s struct { %s }\n", state, strings.ReplaceAll(seam.RangeState, "unsafe.", pass.Prefix+"unsafe.")))
	name := pass.Prefix + "range"
	if f != &seam.Ranging {
		name = pass.Prefix + strings.ToLower(strings.TrimPrefix(f.Name, "drift"))
	}
	w.Declare(f.DeclAs(name, strings.ReplaceAll(f.Type, seam.RangeType, state)))
	return name
}
