// Package nats hooks github.com/nats-io/nats.go. A message carries its ctx's
// span, or the current one, unless its headers say something already; the
// callback of a subscription starts from what its message's headers say, or from
// nothing. JetStream, old and new, and micro go the same ways. What is received
// by a call, NextMsg, Fetch, Next, or from a channel, starts nothing.
package nats

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/wire.go
var wire []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	return []*weave.Rule{{
		Name:    "nats",
		Doc:     "a message carries the current span in its headers, if the server has them; what a subscription's callback starts is a child of the remote span, or a root",
		Package: "github.com/nats-io/nats.go",
		Module:  "github.com/nats-io/nats.go",
		Tried:   []string{"v1.11.0", "v1.55.0"},
		Patches: []weave.Patch{
			{
				Doc:  "what to write, no lock held",
				In:   "(*Conn).publish",
				Kind: weave.Before,
				Stmt: "nc.mu.Lock()",
				Code: "driftHdr := driftHeader(nil, subj, hdr)",
			},
			{
				Doc:  "write it, if the server has headers and takes that much",
				In:   "(*Conn).publish",
				Kind: weave.After,
				Stmt: "nc.mu.Lock()",
				Code: "if driftHdr != nil && nc.info.Headers && int64(len(driftHdr)+len(data)) <= nc.info.MaxPayload { hdr = driftHdr }",
			},
			{
				Doc:  "a ctx that holds an invalid span: the current one is not to be written",
				In:   "(*Conn).requestWithContext",
				Kind: weave.Entry,
				Code: "defer driftRestore(driftNone(ctx))",
			},
			{
				Doc:  "write the span of the ctx",
				In:   "(*Conn).requestWithContext",
				Kind: weave.Before,
				Stmt: "if nc.useOldRequestStyle() {",
				Code: "hdr = driftRequest(ctx, nc, subj, hdr, data)",
			},
			{
				Doc:  "start from what the headers say",
				In:   "(*Conn).waitForMsgs",
				Kind: weave.Before,
				Stmt: "mcb(m)",
				Code: "driftC, driftOld, driftHushed := driftDeliver(m)",
			},
			{
				Doc:  "that is over",
				In:   "(*Conn).waitForMsgs",
				Kind: weave.After,
				Stmt: "mcb(m)",
				Code: "driftDelivered(driftC, driftOld, driftHushed)",
			},
		},
		Files: []weave.File{{Name: "wire.go", Body: wire}},
	}}
}
