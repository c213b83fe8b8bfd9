package sarama

import (
	"encoding/binary"
	"unsafe"
)

const driftProducedType = "*github.com/IBM/sarama.ProducerMessage"

func init() {
	driftSender(driftProducedType, func(message unsafe.Pointer) { driftNoteMessage(*(**ProducerMessage)(message)) })
}

// driftSendMessage notes what a SyncProducer's caller is under, as a send on the Input
// channel of an AsyncProducer does.
func driftSendMessage(msg *ProducerMessage) { driftSending(driftProducedType, unsafe.Pointer(&msg)) }

func driftSendAll(msgs []*ProducerMessage) {
	for _, msg := range msgs {
		driftSendMessage(msg)
	}
}

// driftNoteMessage notes headers with the current span in a message, beside its own: the
// message stays its sender's to look at. What was noted before is of an earlier
// channel, and says nothing if that was a list of free messages.
func driftNoteMessage(msg *ProducerMessage) {
	if driftInject == nil || msg == nil {
		return
	}
	var headers []RecordHeader
	if driftLive(nil) {
		driftInject(nil,
			func(key string) string {
				for i := range msg.Headers {
					if string(msg.Headers[i].Key) == key {
						return string(msg.Headers[i].Value)
					}
				}
				return ""
			},
			func(key, value string) {
				headers = append(headers, RecordHeader{Key: []byte(key), Value: []byte(value)})
			})
	}
	if headers != nil || msg.drift != nil {
		msg.drift = headers
	}
}

// driftDispatch drops the noted headers of a message where they can't be sent: to
// a broker before 0.11 headers are an error, an interceptor may have set its own,
// and the message may be too large with them.
func driftDispatch(p *asyncProducer, msg *ProducerMessage) {
	if len(msg.drift) == 0 {
		return
	}
	if !p.conf.Version.IsAtLeast(V0_11_0_0) || msg.ByteSize(2) > p.conf.Producer.MaxMessageBytes {
		msg.drift = nil
		return
	}
	for i := range msg.Headers {
		for j := range msg.drift {
			if string(msg.Headers[i].Key) == string(msg.drift[j].Key) {
				msg.drift = nil
				return
			}
		}
	}
}

// driftSize returns how large the noted headers are, as sarama counts.
func driftSize(msg *ProducerMessage) (size int) {
	for i := range msg.drift {
		size += len(msg.drift[i].Key) + len(msg.drift[i].Value) + 2*binary.MaxVarintLen32
	}
	return size
}

// driftWriteRecord adds the noted headers to a record, and returns their size.
func driftWriteRecord(msg *ProducerMessage, rec *Record) int {
	for i := range msg.drift {
		rec.Headers = append(rec.Headers, &msg.drift[i])
	}
	return driftSize(msg)
}

// driftBatchSent forgets the noted headers: the messages may be sent anew.
func driftBatchSent(batch []*ProducerMessage) {
	for _, msg := range batch {
		msg.drift = nil
	}
}
