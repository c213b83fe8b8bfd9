package nats

import "unsafe"

//go:linkname driftMessage runtime.driftMessage
func driftMessage(name string, read func(message unsafe.Pointer) unsafe.Pointer)

//go:linkname driftExtractSpan runtime.driftExtractSpan
var driftExtractSpan func(get func(key string) string) any

//go:linkname driftSameSpan runtime.driftSameSpan
var driftSameSpan func(a, b any) bool

//go:linkname driftLinks runtime.driftLinks
var driftLinks func(scs []any) unsafe.Pointer

func init() {
	driftMessage("*github.com/nats-io/nats.go.Msg", func(message unsafe.Pointer) unsafe.Pointer {
		return driftFrom(*(**Msg)(message))
	})
	driftMessage("[]*github.com/nats-io/nats.go.Msg", func(messages unsafe.Pointer) unsafe.Pointer {
		return driftFromAll(*(*[]*Msg)(messages))
	})
}

// driftFromAll returns what the headers of a batch say: of several messages,
// links to where they came from, as many as the SDK keeps by default.
func driftFromAll(messages []*Msg) unsafe.Pointer {
	if len(messages) == 1 {
		return driftFrom(messages[0])
	}
	if driftExtractSpan == nil || driftSameSpan == nil || driftLinks == nil {
		return nil
	}
	const limit = 128
	var from []any
	for _, m := range messages {
		if m == nil || len(m.Header) == 0 {
			continue
		}
		sc := driftExtractSpan(driftValue(m.Header))
		if sc == nil || len(from) > 0 && driftSameSpan(sc, from[len(from)-1]) {
			continue
		}
		if from = append(from, sc); len(from) == limit {
			break
		}
	}
	if from == nil {
		return nil
	}
	return driftLinks(from)
}
