// Package sarama hooks github.com/IBM/sarama: a message that a SyncProducer sends,
// or that goes into an AsyncProducer's Input channel, carries the span that it was
// handed over under, and who takes one from a consumer's channel starts from there.
// The message itself is not modified.
package sarama

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/send.go
var send []byte

//go:embed inject/receive.go
var receive []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/IBM/sarama"
	return []*rule.Rule{{
		Name:    "sarama",
		Doc:     "a message carries the span that was current where a SyncProducer was given it, or where it was sent on a channel; code that handles it where it is consumed runs under that",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.40.0", "v1.60.2", "v1.61.1"},
		Patches: []rule.Patch{
			{
				Doc:  "note the span",
				In:   "(*syncProducer).SendMessage",
				Kind: rule.Entry,
				Code: "driftSendMessage(msg)",
			},
			{
				Doc:  "note the span",
				In:   "(*syncProducer).SendMessages",
				Kind: rule.Entry,
				Code: "driftSendAll(msgs)",
			},
			{
				Doc:  "headers beside the message's own",
				In:   "ProducerMessage",
				Kind: rule.Field,
				Code: "drift []RecordHeader",
			},
			{
				// Behind the interceptors.
				Doc:  "see whether they can be sent",
				In:   "(*asyncProducer).dispatcher",
				Kind: rule.Before,
				Stmt: "version := 1",
				Code: "driftDispatch(p, msg)",
			},
			{
				Doc:  "count them",
				In:   "(*ProducerMessage).ByteSize",
				Kind: rule.Before,
				Stmt: "for _, h := range m.Headers {",
				Code: "size += driftSize(m)",
			},
			{
				Doc:  "write them",
				In:   "(*produceSet).add",
				Kind: rule.Before,
				Stmt: "set.recordsToSend.RecordBatch.addRecord(rec)",
				Code: "size += driftWriteRecord(msg, rec)",
			},
			{
				Doc:  "forget them",
				In:   "(*asyncProducer).returnSuccesses",
				Kind: rule.Entry,
				Code: "driftBatchSent(batch)",
			},
			{
				Doc:  "forget them",
				In:   "(*ProducerMessage).clear",
				Kind: rule.Entry,
				Code: "m.drift = nil",
			},
		},
		Callers: rule.Callers{Messages: []rule.Message{
			{Type: "*" + pkg + ".ConsumerMessage"},
			{Type: "*" + pkg + ".ProducerMessage", Sent: true},
		}},
		Files: []rule.File{{Name: "send.go", Body: send}, {Name: "receive.go", Body: receive}},
	}}
}
