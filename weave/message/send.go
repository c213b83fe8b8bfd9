package message

import (
	"fmt"
	"go/ast"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// What happens where the user's own goroutine sends a message on a channel, from
// which the library that has the other end, or a queue in between, takes it:
//
//	producer.Input() <- m  becomes  producer.Input() <- sending(m)
//
// sending has the library of the message's type note the current span in it.

// WeaveSends weaves the send statements of a package, those of select included.
func (w *Source) WeaveSends() {
	w.EachDecl(func(f *pass.File, name string, d ast.Decl) {
		ast.Inspect(d, func(n ast.Node) bool {
			s, ok := n.(*ast.SendStmt)
			if !ok {
				return true
			}
			kind := w.kindOf(w.Elem(s.Chan), true)
			if kind < 0 || w.Info.Types[s.Value].IsNil() {
				return true
			}
			f.Before(s.Value, splice.Part{Text: w.sendingFunc(kind) + "("})
			f.After(s.Value, ")")
			w.Report(pass.SiteSend, f, s, name, "")
			return true
		})
	})
}

func (w *Source) sendingFunc(kind int) string {
	name := fmt.Sprintf("%ssending%d", pass.Prefix, kind)
	// What it is given stays on the stack.
	w.Declare(fmt.Sprintf("func %s[T any](v T) T { %s(%q, %sunsafe.Pointer(&v)); return v }\n", name, w.Reach(&seam.Sending), w.Messages[kind].Type, pass.Prefix))
	return name
}
