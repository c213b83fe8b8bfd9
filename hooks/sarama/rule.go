// Package sarama hooks github.com/IBM/sarama: a message that a SyncProducer sends
// carries the span that it was handed over under, until it is sent. What goes
// into the Input channel of an AsyncProducer carries nothing: the send is the
// user's own statement, no call of the library's.
package sarama

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/send.go
var send []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	const pkg = "github.com/IBM/sarama"
	return []*weave.Rule{{
		Name:    "sarama",
		Doc:     "a message carries the span that a SyncProducer's SendMessage or SendMessages was called under",
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
		Files: []weave.File{{Name: "send.go", Body: send}},
	}}
}
