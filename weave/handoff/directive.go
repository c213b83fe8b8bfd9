package handoff

import (
	"fmt"
	"go/ast"
	"strings"

	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// CheckDirectives refuses directives that mean nothing, and binds the
// parameters that bind directives name.
func (w *Weaver) CheckDirectives() error {
	if !w.Plan.Directives {
		return nil
	}
	for _, f := range w.Files {
		err := pass.Directives(w.Fset, f.Syntax, w.Sources[f.Index].Src, func(c *ast.Comment, name, args string, line int) error {
			msg := ""
			switch pass.Directive + name {
			case pass.FreshDirective:
				if !f.Speaks(line) {
					msg = "//drift:fresh speaks for nothing here; put it over a function, a go statement or a call, or behind one on its line"
				}
			case pass.InheritDirective:
				if !f.Speaks(line) {
					msg = "//drift:inherit speaks for nothing here; put it over a function, a go statement or a call, or behind one on its line"
				}
			case pass.BindDirective:
				msg = w.bindLine(f, args, line)
			default:
				msg = fmt.Sprintf("unknown directive //drift:%s; the directives are //drift:bind, //drift:fresh and //drift:inherit", name)
			}
			if msg == "" {
				return nil
			}
			return &rule.Error{At: w.Fset.PositionFor(c.Pos(), true).String(), Msg: msg}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bindLine binds the named parameters of the function declared on a line. It
// returns why it can't.
func (w *Weaver) bindLine(f *pass.File, params string, line int) string {
	for _, d := range f.Syntax.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || !f.StartsOn(fd, line) {
			continue
		}
		if fd.Body == nil {
			return pass.DeclName(fd) + " has no body to bind its parameter in; put //drift:bind over one that has"
		}
		if params == "" {
			_, names := pass.Decl{File: f, Func: fd}.Param("")
			return "//drift:bind names no parameter of " + pass.DeclName(fd) + ": " + names
		}
		for _, param := range strings.Fields(params) {
			if msg := w.bindParam(pass.Decl{File: f, Func: fd}, param, true); msg != "" {
				return msg
			}
		}
		return ""
	}
	return "//drift:bind speaks for no function here; put it right over a func declaration"
}
