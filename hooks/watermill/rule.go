// Package watermill hooks github.com/ThreeDotsLabs/watermill. A Router's handler
// starts from what its message's metadata says, or from nothing, whatever broker
// the message came through, and so does what receives messages from a channel by
// itself; what it returns to be published carries the context's
// span, or the current one. So do messages published to a GoChannel. What is
// published elsewhere goes by the hook of the client that its publisher uses.
package watermill

import (
	_ "embed" // for the injected files

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/message/wire.go
var message []byte

//go:embed inject/gochannel/wire.go
var gochannel []byte

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	const module = "github.com/ThreeDotsLabs/watermill"
	tried := []string{"v1.2.0", "v1.5.1"}
	return []*rule.Rule{
		{
			Name:    "watermill",
			Doc:     "what a Router's handler starts is a child of the remote span in its message's metadata, or a root; what it returns carries the current span; code that handles a message where it is received from a channel runs under its sender's span",
			Package: module + "/message",
			Module:  module,
			Tried:   tried,
			Patches: []rule.Patch{
				{
					Doc:  "start from what the metadata says",
					In:   "(*handler).handleMessage",
					Kind: rule.Entry,
					Code: "defer driftDelivered(driftDeliver(driftSenderOf(msg)))",
				},
				{
					Doc:  "write the span",
					In:   "(*handler).handleMessage",
					Kind: rule.Before,
					Stmt: "h.addHandlerContext(producedMessages...)",
					Code: "driftProducedAll(producedMessages)",
				},
			},
			Callers: rule.Callers{Messages: []rule.Message{{Type: "*" + module + "/message.Message"}}},
			Files:   []rule.File{{Name: "wire.go", Body: message}},
		},
		{
			Name:    "watermill",
			Doc:     "a message published to a GoChannel carries the current span",
			Package: module + "/pubsub/gochannel",
			Module:  module,
			Tried:   tried,
			Patches: []rule.Patch{{
				Doc:  "write the span into the copies",
				In:   "(*GoChannel).Publish",
				Kind: rule.After,
				Stmt: "for i, msg := range messages {",
				Code: "for i, msg := range messages { driftWriteMetadata(msg.Context(), messagesToPublish[i].Metadata) }",
			}},
			Files: []rule.File{{Name: "wire.go", Body: gochannel}},
		},
	}
}
