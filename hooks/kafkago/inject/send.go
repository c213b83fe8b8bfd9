package kafka

import (
	"context"
	_ "unsafe" // for go:linkname
)

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx any) bool

//go:linkname driftInject runtime.driftInject
var driftInject func(ctx any, get func(key string) string, set func(key, value string))

// driftSend returns messages with the span of ctx, or the current one, in their
// headers. The slices are the caller's: who gets headers is copied. One that
// has such a header is left as it is, and one that would exceed the limit.
func driftSend(ctx context.Context, msgs []Message, limit int64) []Message {
	if driftInject == nil || !driftLive(ctx) {
		return msgs
	}
	var span []Header
	driftInject(ctx,
		func(string) string { return "" },
		func(key, value string) { span = append(span, Header{Key: key, Value: []byte(value)}) })
	if len(span) == 0 {
		return msgs
	}
	out := make([]Message, len(msgs))
	copy(out, msgs)
	for i := range out {
		m := &out[i]
		had := m.Headers
		if driftHas(had, span) {
			continue
		}
		m.Headers = append(append(make([]Header, 0, len(had)+len(span)), had...), span...)
		if int64(m.totalSize()) > limit {
			m.Headers = had
		}
	}
	return out
}

// driftSendNow is driftSend for messages that are one batch. A Conn knows no
// limit; this is below the broker's, unless that is configured.
func driftSendNow(msgs []Message) []Message {
	const limit = 1000000
	out := driftSend(context.Background(), msgs, limit)
	size := int64(0)
	for i := range out {
		size += int64(out[i].totalSize())
	}
	if size > limit {
		return msgs
	}
	return out
}

// driftHas tells whether one of the keys of some headers is among others.
func driftHas(headers, some []Header) bool {
	for i := range headers {
		for j := range some {
			if headers[i].Key == some[j].Key {
				return true
			}
		}
	}
	return false
}
