package kgo

import (
	"context"
)

// driftSendRecord adds the span of ctx, or the current one, to a record's headers,
// and returns the record's promise. The record is the client's until that is
// called: then it is as the caller had it again, who may send it anew, under
// another span.
func driftSendRecord(cl *Client, ctx context.Context, r *Record, promise func(*Record, error)) func(*Record, error) {
	if !driftWriting(ctx) {
		return promise
	}
	had := r.Headers
	headers := had[:len(had):len(had)] // what is behind is the caller's
	// A record at the limit of what fits into a batch is sent as it is: 256 is
	// more than what a batch and a record take by themselves, 20 than the
	// lengths of a header.
	size := 256 + len(r.Key) + len(r.Value)
	for _, h := range had {
		size += 20 + len(h.Key) + len(h.Value)
	}
	driftInject(ctx,
		func(key string) string {
			for _, h := range had {
				if h.Key == key {
					return string(h.Value)
				}
			}
			return ""
		},
		func(key, value string) {
			headers = append(headers, RecordHeader{Key: key, Value: []byte(value)})
			size += 20 + len(key) + len(value)
		})
	if len(headers) == len(had) || size > int(cl.maxRecordBatchBytesForTopic(r.Topic)) {
		return promise
	}
	r.Headers = headers
	return func(r *Record, err error) {
		r.Headers = had
		promise(r, err)
	}
}
