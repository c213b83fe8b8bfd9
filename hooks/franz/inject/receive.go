package kgo

import "unsafe"

const driftRecord = "*github.com/twmb/franz-go/pkg/kgo.Record"

func init() {
	driftMessage(driftRecord, func(message unsafe.Pointer) unsafe.Pointer {
		r := *(**Record)(message)
		if r == nil || len(r.Headers) == 0 {
			return nil
		}
		return driftFrom(driftGet(r.Headers))
	})
	driftMessage("github.com/twmb/franz-go/pkg/kgo.Fetches", func(message unsafe.Pointer) unsafe.Pointer {
		iter := (*Fetches)(message).RecordIter()
		return driftFromBatch(func() (get func(key string) string, more bool) {
			if iter.Done() {
				return nil, false
			}
			if headers := iter.Next().Headers; len(headers) > 0 {
				get = driftGet(headers)
			}
			return get, true
		})
	})
}

func driftGet(headers []RecordHeader) func(key string) string {
	return func(key string) string {
		for i := range headers {
			if headers[i].Key == key {
				return string(headers[i].Value)
			}
		}
		return ""
	}
}

// driftEach returns a func that runs fn as if it had received the record by
// itself.
func driftEach(fn func(*Record)) func(*Record) {
	if fn == nil || driftReceive == nil {
		return fn
	}
	return func(r *Record) {
		defer driftLeave(driftUnder(r))
		fn(r)
	}
}

// driftYield is driftEach for the body of a range statement.
func driftYield(yield func(*Record) bool) func(*Record) bool {
	if driftReceive == nil {
		return yield
	}
	return func(r *Record) bool {
		defer driftLeave(driftUnder(r))
		return yield(r)
	}
}

func driftUnder(r *Record) (token uint64) {
	token = driftEnter()
	driftReceived(driftRecord, unsafe.Pointer(&r), 0)
	return token
}
