package message

import "unsafe"

func init() {
	driftMessage("*github.com/ThreeDotsLabs/watermill/message.Message", func(message unsafe.Pointer) unsafe.Pointer {
		if m := *(**Message)(message); m != nil {
			return driftSenderOf(m)
		}
		return nil
	})
}

// driftSenderOf returns what a message's metadata says, nil for nothing.
func driftSenderOf(msg *Message) unsafe.Pointer {
	have := msg.Metadata
	if len(have) == 0 {
		return nil
	}
	return driftFrom(func(key string) string { return have[key] })
}

// driftProducedAll adds the span of their contexts, or the current one, to the
// messages that a handler returned. Publishers may modify those.
func driftProducedAll(messages []*Message) {
	for _, m := range messages {
		if m == nil || !driftWriting(m.Context()) {
			continue
		}
		msg := m
		driftInject(msg.Context(),
			func(key string) string { return msg.Metadata[key] },
			func(key, value string) {
				if msg.Metadata == nil {
					msg.Metadata = Metadata{}
				}
				msg.Metadata[key] = value
			})
	}
}
