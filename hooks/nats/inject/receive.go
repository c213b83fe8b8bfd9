package nats

import "unsafe"

func init() {
	driftMessage("*github.com/nats-io/nats.go.Msg", func(message unsafe.Pointer) unsafe.Pointer {
		return driftFromMsg(*(**Msg)(message))
	})
	driftMessage("[]*github.com/nats-io/nats.go.Msg", func(messages unsafe.Pointer) unsafe.Pointer {
		return driftFromAll(*(*[]*Msg)(messages))
	})
}

// driftFromAll returns what the headers of a batch say.
func driftFromAll(messages []*Msg) unsafe.Pointer {
	if len(messages) == 1 {
		return driftFromMsg(messages[0])
	}
	i := -1
	return driftFromBatch(func() (get func(key string) string, more bool) {
		if i++; i == len(messages) {
			return nil, false
		}
		if m := messages[i]; m != nil && len(m.Header) > 0 {
			get = driftValue(m.Header)
		}
		return get, true
	})
}
