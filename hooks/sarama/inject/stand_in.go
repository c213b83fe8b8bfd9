// Package sarama holds what is injected into the package of that name. This file
// stands in for that and is not injected.
package sarama

type (
	// ProducerMessage stands in for sarama.ProducerMessage.
	ProducerMessage struct {
		Headers []RecordHeader
		drift   []RecordHeader
	}
	// Record stands in for sarama.Record.
	Record struct{ Headers []*RecordHeader }
	// ConsumerMessage stands in for sarama.ConsumerMessage.
	ConsumerMessage struct{ Headers []*RecordHeader }
	// RecordHeader stands in for sarama.RecordHeader.
	RecordHeader  struct{ Key, Value []byte }
	asyncProducer struct {
		conf struct {
			Version  kafkaVersion
			Producer struct{ MaxMessageBytes int }
		}
	}
	kafkaVersion struct{}
)

// V0_11_0_0 stands in for sarama.V0_11_0_0.
var V0_11_0_0 kafkaVersion

// IsAtLeast stands in for sarama.KafkaVersion.IsAtLeast.
func (kafkaVersion) IsAtLeast(kafkaVersion) bool { return true }

// ByteSize stands in for sarama.ProducerMessage.ByteSize.
func (*ProducerMessage) ByteSize(int) int { return 0 }

var _ = []any{driftSendAll, driftDispatch, driftWriteRecord, driftBatchSent}
