package jetstream

import "unsafe"

//go:linkname driftMessage runtime.driftMessage
func driftMessage(name string, read func(message unsafe.Pointer) unsafe.Pointer)

//go:linkname driftFrom nats.driftFrom
func driftFrom(message unsafe.Pointer) unsafe.Pointer

func init() {
	driftMessage("github.com/nats-io/nats.go/jetstream.Msg", func(message unsafe.Pointer) unsafe.Pointer {
		// A Msg may be anyone's: one of this package's own asks nobody.
		if m, ok := (*(*Msg)(message)).(*jetStreamMsg); ok && m != nil {
			return driftFrom(unsafe.Pointer(m.msg))
		}
		return nil
	})
}
