package sarama

import _ "unsafe" // for go:linkname

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx any) bool

//go:linkname driftInject runtime.driftInject
var driftInject func(ctx any, get func(key string) string, set func(key, value string))

// driftSend adds the current span to a message's headers. It returns what
// driftSent takes to give the caller his message back as he had it: he may send
// it anew, under another span.
func driftSend(p *asyncProducer, msg *ProducerMessage) (sent *ProducerMessage, had []RecordHeader) {
	// Headers are an error before 0.11.
	if driftInject == nil || msg == nil || !driftLive(nil) || !p.conf.Version.IsAtLeast(V0_11_0_0) {
		return nil, nil
	}
	had = msg.Headers
	headers := had[:len(had):len(had)] // what is behind is the caller's
	driftInject(nil,
		func(key string) string {
			for i := range had {
				if string(had[i].Key) == key {
					return string(had[i].Value)
				}
			}
			return ""
		},
		func(key, value string) {
			headers = append(headers, RecordHeader{Key: []byte(key), Value: []byte(value)})
		})
	if len(headers) == len(had) {
		return nil, nil
	}
	msg.Headers = headers
	if msg.ByteSize(2) > p.conf.Producer.MaxMessageBytes {
		msg.Headers = had // it is sent, or refused, as it is
		return nil, nil
	}
	return msg, had
}

func driftSent(sent *ProducerMessage, had []RecordHeader) {
	if sent != nil {
		sent.Headers = had
	}
}

// driftSendAll is driftSend for some messages, driftSentAll driftSent.
func driftSendAll(p *asyncProducer, msgs []*ProducerMessage) (sent []*ProducerMessage, had [][]RecordHeader) {
	if driftInject == nil || !driftLive(nil) {
		return nil, nil
	}
	for _, msg := range msgs {
		if m, h := driftSend(p, msg); m != nil {
			sent, had = append(sent, m), append(had, h)
		}
	}
	return sent, had
}

func driftSentAll(sent []*ProducerMessage, had [][]RecordHeader) {
	for i, msg := range sent {
		msg.Headers = had[i]
	}
}
