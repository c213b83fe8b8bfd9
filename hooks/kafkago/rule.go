// Package kafkago hooks github.com/segmentio/kafka-go: a message carries the span
// that it was handed over under.
package kafkago

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
	const pkg = "github.com/segmentio/kafka-go"
	// Releases before this do not count headers where they fill a batch: what
	// is added could make it larger than the broker takes.
	const counts = "v0.4.41"
	return []*rule.Rule{{
		Name:    "kafkago",
		Doc:     "a message carries the span that WriteMessages was called under; code that handles it where it is read runs under that",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{counts, "v0.4.51"},
		Since:   counts,
		Patches: []rule.Patch{
			{
				// Behind the loop that refuses what is too large: that is
				// returned to the caller as he had it.
				Doc:  "write the span",
				In:   "(*Writer).WriteMessages",
				Kind: rule.After,
				Stmt: "for i := range msgs {",
				Code: "msgs = driftSendMessages(ctx, msgs, batchBytes)",
			},
			{
				// Behind the loop that sets the times of the caller's messages.
				Doc:  "write the span",
				In:   "(*Conn).writeCompressedMessages",
				Kind: rule.Before,
				Stmt: "err = c.writeOperation(",
				Code: "msgs = driftSendNow(msgs)",
			},
		},
		Callers: rule.Callers{Messages: []rule.Message{{
			Type: pkg + ".Message",
			From: []rule.Target{
				{Func: "(*" + pkg + ".Reader).ReadMessage"},
				{Func: "(*" + pkg + ".Reader).FetchMessage"},
				{Func: "(*" + pkg + ".Conn).ReadMessage"},
				{Func: "(*" + pkg + ".Batch).ReadMessage"},
			},
		}}},
		Files: []rule.File{{Name: "send.go", Body: send}, {Name: "receive.go", Body: receive}},
	}}
}
