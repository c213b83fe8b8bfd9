package nats

import (
	"net/textproto"
	"strings"
	"unsafe"
)

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

// driftHeader returns a message's header block with the span of ctx, or the
// current one, added to it: nil if there is nothing to add. Subjects that begin
// with $ are the server's own: what is asked of it, acknowledgements, the records
// of its stores.
func driftHeader(ctx any, subj string, hdr []byte) []byte {
	ctx = driftGiven(ctx)
	if driftInject == nil || !driftLive(ctx) || strings.HasPrefix(subj, "$") {
		return nil
	}
	var lines []byte
	driftInject(ctx,
		func(key string) string { return driftLine(hdr, key) },
		func(key, value string) {
			if !strings.ContainsAny(key, ":\r\n") && !strings.ContainsAny(value, "\r\n") {
				lines = append(lines, key+": "+value+"\r\n"...)
			}
		})
	if lines == nil {
		return nil
	}
	if len(hdr) == 0 {
		hdr = []byte("NATS/1.0\r\n\r\n")
	}
	to := make([]byte, 0, len(hdr)+len(lines))
	to = append(to, hdr[:len(hdr)-2]...) // the empty line that ends it
	to = append(to, lines...)
	return append(to, "\r\n"...)
}

// driftLine returns what a header block has for a key, in whatever case.
func driftLine(hdr []byte, key string) string {
	for _, line := range strings.Split(string(hdr), "\r\n") {
		if len(line) > len(key) && line[len(key)] == ':' && strings.EqualFold(line[:len(key)], key) {
			return strings.TrimSpace(line[len(key)+1:])
		}
	}
	return ""
}

// driftRequest returns the header block of a request with a ctx, whose span wins
// over the current one.
func driftRequest(ctx any, nc *Conn, subj string, hdr, data []byte) []byte {
	h := driftHeader(ctx, subj, hdr)
	if h == nil || !nc.HeadersSupported() || int64(len(h)+len(data)) > nc.MaxPayload() {
		return hdr
	}
	return h
}

// driftGiven returns the context that the user gave as an option.
func driftGiven(ctx any) any {
	if opt, ok := ctx.(ContextOpt); ok {
		return opt.Context
	}
	return ctx
}

// driftNone makes none current, if ctx says so: it holds an invalid span. It
// returns what driftRestore is to bring back.
func driftNone(ctx any) (old unsafe.Pointer, hushed uint64) {
	ctx = driftGiven(ctx)
	old, hushed = driftAdopt(nil)
	driftRestore(old, hushed)
	if driftInject != nil && !driftLive(ctx) && driftLive(nil) {
		driftAdopt(nil)
	}
	return old, hushed
}

// driftValue returns what reads a message's headers.
func driftValue(h Header) func(key string) string {
	return func(key string) string {
		// Carriers over HTTP headers write the canonical form.
		for _, k := range [...]string{key, textproto.CanonicalMIMEHeaderKey(key)} {
			if v := h[k]; len(v) > 0 {
				return v[0]
			}
		}
		return ""
	}
}

// driftFrom returns what a message's headers say, nil if that is nothing. Package
// jetstream calls it, by a name that needs no escapes.
//
//go:linkname driftFrom nats.driftFrom
func driftFrom(m *Msg) unsafe.Pointer {
	if m == nil || len(m.Header) == 0 || driftReceive == nil {
		return nil
	}
	return driftReceive(driftValue(m.Header))
}

// driftDeliver makes what a message's headers say the current context of its
// subscription's goroutine, or none. driftDelivered ends that.
func driftDeliver(m *Msg) (c, old unsafe.Pointer, hushed uint64) {
	c = driftFrom(m)
	old, hushed = driftAdopt(c)
	return c, old, hushed
}

func driftDelivered(c, old unsafe.Pointer, hushed uint64) {
	driftRestore(old, hushed)
	if c != nil {
		driftRemoteOver(c)
	}
}
