// Package sarama hooks github.com/IBM/sarama: a message that a SyncProducer sends
// carries the span that it was handed over under, until it is sent, and who takes
// one from a consumer's channel starts from there. What goes
// into the Input channel of an AsyncProducer carries nothing: the send is the
// user's own statement, no call of the library's.
package sarama

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/send.go
var send []byte

//go:embed inject/receive.go
var receive []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	const pkg = "github.com/IBM/sarama"
	return []*weave.Rule{{
		Name:    "sarama",
		Doc:     "a message carries the span that a SyncProducer's SendMessage or SendMessages was called under, and what is done about it where it is consumed is under that",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.40.0", "v1.61.1"},
		Patches: []weave.Patch{
			{
				Doc:  "write the span",
				In:   "(*syncProducer).SendMessage",
				Kind: weave.Entry,
				Code: "defer driftSent(driftSend(sp.producer, msg))",
			},
			{
				Doc:  "write the span",
				In:   "(*syncProducer).SendMessages",
				Kind: weave.Entry,
				Code: "defer driftSentAll(driftSendAll(sp.producer, msgs))",
			},
		},
		Messages: []weave.Message{{Type: "*" + pkg + ".ConsumerMessage"}},
		Files:    []weave.File{{Name: "send.go", Body: send}, {Name: "receive.go", Body: receive}},
	}}
}
