package kgo

import "unsafe"

//go:linkname driftMessage runtime.driftMessage
func driftMessage(name string, read func(message unsafe.Pointer) unsafe.Pointer)

//go:linkname driftReceive runtime.driftReceive
var driftReceive func(get func(key string) string) unsafe.Pointer

//go:linkname driftExtractSpan runtime.driftExtractSpan
var driftExtractSpan func(get func(key string) string) any

//go:linkname driftSameSpan runtime.driftSameSpan
var driftSameSpan func(a, b any) bool

//go:linkname driftLinks runtime.driftLinks
var driftLinks func(scs []any) unsafe.Pointer

//go:linkname driftEnter runtime.driftEnter
func driftEnter() uint64

//go:linkname driftLeave runtime.driftLeave
func driftLeave(token uint64)

//go:noescape
//go:linkname driftReceived runtime.driftReceived
func driftReceived(kind string, message unsafe.Pointer, flags uint32)

const driftRecord = "*github.com/twmb/franz-go/pkg/kgo.Record"

func init() {
	driftMessage(driftRecord, func(message unsafe.Pointer) unsafe.Pointer {
		r := *(**Record)(message)
		if r == nil || len(r.Headers) == 0 || driftReceive == nil {
			return nil
		}
		return driftReceive(driftGet(r.Headers))
	})
	driftMessage("github.com/twmb/franz-go/pkg/kgo.Fetches", func(message unsafe.Pointer) unsafe.Pointer {
		return driftBatch(*(*Fetches)(message))
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

// driftBatch returns a context with links to where the records came from.
func driftBatch(fs Fetches) unsafe.Pointer {
	const most = 128 // what a span of the SDK's has of them, by default
	if driftExtractSpan == nil {
		return nil
	}
	var spans []any
	var last []RecordHeader
	for iter := fs.RecordIter(); !iter.Done() && len(spans) < most; {
		headers := iter.Next().Headers
		if len(headers) == 0 || driftSame(headers, last) {
			continue
		}
		last = headers
		if sc := driftExtractSpan(driftGet(headers)); sc != nil && !driftAmong(spans, sc) {
			spans = append(spans, sc)
		}
	}
	if len(spans) == 0 {
		return nil
	}
	return driftLinks(spans)
}

// driftSame tells whether headers are the same, as those of records are that
// were produced one after another under one span.
func driftSame(a, b []RecordHeader) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Key != b[i].Key || string(a[i].Value) != string(b[i].Value) {
			return false
		}
	}
	return true
}

func driftAmong(spans []any, sc any) bool {
	for _, s := range spans {
		if driftSameSpan(s, sc) {
			return true
		}
	}
	return false
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
