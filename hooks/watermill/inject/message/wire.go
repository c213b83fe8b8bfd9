package message

import "unsafe"

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx any) bool

//go:linkname driftInject runtime.driftInject
var driftInject func(ctx any, get func(key string) string, set func(key, value string))

//go:linkname driftReceive runtime.driftReceive
var driftReceive func(get func(key string) string) unsafe.Pointer

//go:linkname driftRemoteOver runtime.driftRemoteOver
var driftRemoteOver func(c unsafe.Pointer)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

//go:linkname driftMessage runtime.driftMessage
func driftMessage(name string, read func(message unsafe.Pointer) unsafe.Pointer)

func init() {
	driftMessage("*github.com/ThreeDotsLabs/watermill/message.Message", func(message unsafe.Pointer) unsafe.Pointer {
		if m := *(**Message)(message); m != nil {
			return driftSender(m)
		}
		return nil
	})
}

// driftSender returns what a message's metadata says, nil for nothing.
func driftSender(msg *Message) unsafe.Pointer {
	have := msg.Metadata
	if driftReceive == nil || len(have) == 0 {
		return nil
	}
	return driftReceive(func(key string) string { return have[key] })
}

// driftHandle makes what a message's metadata says the current context, or none.
// driftHandled ends that.
func driftHandle(msg *Message) (c, old unsafe.Pointer, hushed uint64) {
	c = driftSender(msg)
	old, hushed = driftAdopt(c)
	return c, old, hushed
}

func driftHandled(c, old unsafe.Pointer, hushed uint64) {
	driftRestore(old, hushed)
	if c != nil {
		driftRemoteOver(c)
	}
}

// driftProduced adds the span of their contexts, or the current one, to the
// messages that a handler returned. Publishers may modify those.
func driftProduced(messages []*Message) {
	if driftInject == nil {
		return
	}
	for _, m := range messages {
		if m == nil || !driftLive(m.Context()) {
			continue
		}
		msg := m
		driftInject(msg.Context(),
			func(key string) string { return msg.Metadata[key] },
			func(key, value string) {
				if msg.Metadata == nil {
					msg.Metadata = Metadata{}
				}
				msg.Metadata[key] = value
			})
	}
}
