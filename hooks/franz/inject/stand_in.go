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
	// Fetches stands in for kgo.Fetches.
	Fetches []struct{}
	// FetchesRecordIter stands in for kgo.FetchesRecordIter.
	FetchesRecordIter struct{}
)

// RecordIter stands in for kgo.Fetches.RecordIter.
func (Fetches) RecordIter() *FetchesRecordIter { return nil }

// Done stands in for kgo.FetchesRecordIter.Done.
func (*FetchesRecordIter) Done() bool { return true }

// Next stands in for kgo.FetchesRecordIter.Next.
func (*FetchesRecordIter) Next() *Record { return nil }

func (*Client) maxRecordBatchBytesForTopic(string) int32 { return 0 }

var _ = []any{driftSendRecord, driftEach, driftYield}
