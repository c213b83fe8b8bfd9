package inject

import "unsafe"

// What hooks of libraries that carry messages, requests and jobs share: a hook knows
// how the library's headers are read and written, and where.

// driftWriting reports whether there is anything to write of a context.Context, or of
// what is current if that is nil: a hook asks before it makes room for it.
func driftWriting(ctx any) bool { return driftInject != nil && driftLive(ctx) }

// driftFrom returns the context that a message came with, whose headers get reads, nil
// if they say nothing.
func driftFrom(get func(key string) string) unsafe.Pointer {
	if driftReceive == nil {
		return nil
	}
	return driftReceive(get)
}

// driftMostLinks is how many links a span of the SDK's keeps by default.
const driftMostLinks = 128

// driftFromBatch returns a context under which what is started is a root with links to
// the senders of a batch: each once, in order, as many as a span keeps. next returns
// what reads the next message's headers, nil for one that has none, and whether there
// was another.
func driftFromBatch(next func() (get func(key string) string, more bool)) unsafe.Pointer {
	if driftExtractSpan == nil || driftSameSpan == nil || driftLinks == nil {
		return nil
	}
	var senders []any
messages:
	for len(senders) < driftMostLinks {
		get, more := next()
		if !more {
			break
		}
		if get == nil {
			continue
		}
		sc := driftExtractSpan(get)
		if sc == nil {
			continue
		}
		for _, s := range senders {
			if driftSameSpan(s, sc) {
				continue messages
			}
		}
		senders = append(senders, sc)
	}
	if senders == nil {
		return nil
	}
	return driftLinks(senders)
}

// driftDeliver makes the context that a message or a request came with the current one,
// or none: whatever the library's goroutine was under before. driftDelivered takes what
// it returns.
func driftDeliver(c unsafe.Pointer) (came, old unsafe.Pointer, was uint64) {
	old, was = driftAttach(c)
	return c, old, was
}

func driftDelivered(came, old unsafe.Pointer, was uint64) {
	driftDetach(old, was)
	if came != nil {
		driftEndRemote(came)
	}
}

// driftNone makes none current where a context.Context says so: it holds a span that is
// none. It returns what driftDetach takes.
func driftNone(ctx any) (old unsafe.Pointer, was uint64) {
	old, was = driftAttach(nil)
	driftDetach(old, was)
	if driftInject != nil && !driftLive(ctx) && driftLive(nil) {
		driftAttach(nil)
	}
	return old, was
}

// driftHere returns what is current, inside a sync.Once too: what it is handed to is
// over with the call that is made here and now.
func driftHere() unsafe.Pointer {
	old, was := driftAttach(nil)
	driftDetach(old, 0)
	c, _ := driftCapture(false)
	driftDetach(old, was)
	return c
}
