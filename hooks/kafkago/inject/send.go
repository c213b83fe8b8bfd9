package kafka

import (
	"context"
)

// driftSendMessages returns messages with the span of ctx, or the current one, in their
// headers. The slices are the caller's: who gets headers is copied. One that
// has such a header is left as it is, and one that would exceed the limit.
func driftSendMessages(ctx context.Context, msgs []Message, limit int64) []Message {
	if !driftWriting(ctx) {
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
		if driftHasKey(had, span) {
			continue
		}
		m.Headers = append(append(make([]Header, 0, len(had)+len(span)), had...), span...)
		if int64(m.totalSize()) > limit {
			m.Headers = had
		}
	}
	return out
}

// driftSendNow is driftSendMessages for messages that are one batch. A Conn knows no
// limit; this is below the broker's, unless that is configured.
func driftSendNow(msgs []Message) []Message {
	const limit = 1000000
	out := driftSendMessages(context.Background(), msgs, limit)
	size := int64(0)
	for i := range out {
		size += int64(out[i].totalSize())
	}
	if size > limit {
		return msgs
	}
	return out
}

// driftHasKey reports whether one of the keys of some headers is among others.
func driftHasKey(headers, some []Header) bool {
	for i := range headers {
		for j := range some {
			if headers[i].Key == some[j].Key {
				return true
			}
		}
	}
	return false
}
