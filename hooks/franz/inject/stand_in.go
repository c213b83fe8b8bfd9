// Package kgo holds what is injected into the package of that name. This file
// stands in for that and is not injected.
package kgo

type (
	// Record stands in for kgo.Record.
	Record struct {
		Key, Value []byte
		Headers    []RecordHeader
		Topic      string
	}
	// RecordHeader stands in for kgo.RecordHeader.
	RecordHeader struct {
		Key   string
		Value []byte
	}
	// Client stands in for kgo.Client.
	Client struct{}
)

func (*Client) maxRecordBatchBytesForTopic(string) int32 { return 0 }

var _ = driftSend
