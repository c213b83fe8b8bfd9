package jetstream

import "unsafe"

func init() {
	driftMessage("github.com/nats-io/nats.go/jetstream.Msg", func(message unsafe.Pointer) unsafe.Pointer {
		// A Msg may be anyone's: one of this package's own asks nobody.
		if m, ok := (*(*Msg)(message)).(*jetStreamMsg); ok && m != nil {
			return driftFromMessage(unsafe.Pointer(m.msg))
		}
		return nil
	})
}
