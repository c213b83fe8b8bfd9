package nats

import (
	"net/textproto"
	"strings"
	"unsafe"
)

// driftHeader returns a message's header block with the span of ctx, or the
// current one, added to it: nil if there is nothing to add. Subjects that begin
// with $ are the server's own: what is asked of it, acknowledgements, the records
// of its stores.
func driftHeader(ctx any, subj string, hdr []byte) []byte {
	ctx = driftGivenContext(ctx)
	if !driftWriting(ctx) || strings.HasPrefix(subj, "$") {
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

// driftRequestData returns the header block of a request with a ctx, whose span wins
// over the current one.
func driftRequestData(ctx any, nc *Conn, subj string, hdr, data []byte) []byte {
	h := driftHeader(ctx, subj, hdr)
	if h == nil || !nc.HeadersSupported() || int64(len(h)+len(data)) > nc.MaxPayload() {
		return hdr
	}
	return h
}

// driftGivenContext returns the context that the user gave as an option.
func driftGivenContext(ctx any) any {
	if opt, ok := ctx.(ContextOpt); ok {
		return opt.Context
	}
	return ctx
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

// driftFromMessage is driftFromMsg for package jetstream, which reaches it by a name that
// needs no escapes.
func driftFromMessage(message unsafe.Pointer) unsafe.Pointer { return driftFromMsg((*Msg)(message)) }

// driftFromMsg returns what a message's headers say, nil if that is nothing.
func driftFromMsg(m *Msg) unsafe.Pointer {
	if m == nil || len(m.Header) == 0 {
		return nil
	}
	return driftFrom(driftValue(m.Header))
}
