package weave

import (
	"fmt"
	"go/ast"
)

// What happens where the user's own goroutine sends a message on a channel, from
// which the library that has the other end, or a queue in between, takes it:
//
//	producer.Input() <- m  becomes  producer.Input() <- sending(m)
//
// sending has the library of the message's type note the current span in it.

// sends weaves the send statements of a package, those of select included.
func (w *Messages) sends() {
	for _, f := range w.files {
		for _, d := range f.ast.Decls {
			name := ""
			if fd, ok := d.(*ast.FuncDecl); ok {
				name = declName(fd)
			}
			ast.Inspect(d, func(n ast.Node) bool {
				s, ok := n.(*ast.SendStmt)
				if !ok {
					return true
				}
				kind := w.kindOf(w.elem(s.Chan), true)
				if kind < 0 || w.info.Types[s.Value].IsNil() {
					return true
				}
				f.before(s.Value, part{text: w.sendingFunc(kind) + "("})
				f.after(s.Value, ")")
				w.site("send", f, s, name, "")
				return true
			})
		}
	}
}

func (w *Messages) sendingFunc(kind int) string {
	name := fmt.Sprintf("%ssending%d", Prefix, kind)
	// What it is given stays on the stack.
	w.need[fmt.Sprintf("//go:noescape\n//go:linkname %[1]ssending runtime.driftSending\nfunc %[1]ssending(kind string, message %[1]sunsafe.Pointer)\n", Prefix)] = true
	w.need[fmt.Sprintf("func %s[T any](v T) T { %ssending(%q, %[2]sunsafe.Pointer(&v)); return v }\n", name, Prefix, w.Messages[kind].Type)] = true
	return name
}
