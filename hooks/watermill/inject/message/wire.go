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
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint32)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint32)

// driftHandle makes what a message's metadata says the current context, or none.
// driftHandled ends that.
func driftHandle(msg *Message) (c, old unsafe.Pointer, hushed uint32) {
	if driftReceive != nil && len(msg.Metadata) > 0 {
		have := msg.Metadata
		c = driftReceive(func(key string) string { return have[key] })
	}
	old, hushed = driftAdopt(c)
	return c, old, hushed
}

func driftHandled(c, old unsafe.Pointer, hushed uint32) {
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
