package weave

import (
	"fmt"
	"go/ast"
	"go/types"
)

// What happens where the user's own goroutine sends a message on a channel, from
// which the library that has the other end, or a queue in between, takes it:
//
//	producer.Input() <- m  becomes  producer.Input() <- sending(m)
//
// sending has the library of the message's type note the current span in it.

// sends weaves the send statements of a package, those of select included.
func (w *weaver) sends() {
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
				kind := w.sentType(s.Chan)
				if kind == "" || w.info.Types[s.Value].IsNil() {
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

// sentType returns the name of the messages' type that a channel is for, or "".
func (w *weaver) sentType(ch ast.Expr) string {
	t := w.info.TypeOf(ch)
	if t == nil {
		return ""
	}
	c, ok := core(t).(*types.Chan)
	if !ok {
		return ""
	}
	name := types.TypeString(types.Unalias(c.Elem()), nil)
	for i := range w.Messages {
		if w.Messages[i].Sent && w.Messages[i].Type == name {
			return name
		}
	}
	return ""
}

func (w *weaver) sendingFunc(kind string) string {
	i := 0
	for w.Messages[i].Type != kind || !w.Messages[i].Sent {
		i++
	}
	name := fmt.Sprintf("%ssending%d", Prefix, i)
	// What it is given stays on the stack.
	w.need[fmt.Sprintf("//go:noescape\n//go:linkname %[1]ssending runtime.driftSending\nfunc %[1]ssending(kind string, message %[1]sunsafe.Pointer)\n", Prefix)] = true
	w.need[fmt.Sprintf("func %s[T any](v T) T { %ssending(%q, %[2]sunsafe.Pointer(&v)); return v }\n", name, Prefix, kind)] = true
	return name
}
