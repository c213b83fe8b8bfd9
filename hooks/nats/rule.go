// Package nats hooks github.com/nats-io/nats.go. A message carries its ctx's
// span, or the current one, unless its headers say something already; the
// callback of a subscription starts from what its message's headers say, or from
// nothing. JetStream, old and new, and micro go the same ways. So does what is
// received by a call, NextMsg, Fetch, Next, or from a channel. The reply to a
// request is no delivery.
package nats

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/wire.go
var wire []byte

//go:embed inject/receive.go
var receive []byte

//go:embed inject/jetstream/receive.go
var jetstream []byte

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	const (
		pkg = "github.com/nats-io/nats.go"
		js  = pkg + "/jetstream"
	)
	return []*rule.Rule{{
		Name:    "nats",
		Doc:     "code that handles a message where JetStream hands it over runs under its sender's span",
		Package: js,
		Module:  pkg,
		Tried:   []string{"v1.28.0", "v1.53.1", "v1.55.0"},
		Callers: rule.Callers{Messages: []rule.Message{{
			Type: js + ".Msg",
			From: []rule.Target{
				{Func: "(" + js + ".Consumer).Next"},
				{Func: "(" + js + ".MessagesContext).Next"},
			},
		}}},
		Files: []rule.File{{Name: "receive.go", Body: jetstream}},
	}, {
		Name:    "nats",
		Doc:     "a message carries the current span in its headers, if the server has them; a subscription's callback, and code that handles a message where it is received, run under its sender's span, or under nothing",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.11.0", "v1.53.1", "v1.55.0"},
		Patches: []rule.Patch{
			{
				Doc:  "what to write, no lock held",
				In:   "(*Conn).publish",
				Kind: rule.Before,
				Stmt: "nc.mu.Lock()",
				Code: "driftHdr := driftHeader(nil, subj, hdr)",
			},
			{
				Doc:  "write it, if the server has headers and takes that much",
				In:   "(*Conn).publish",
				Kind: rule.After,
				Stmt: "nc.mu.Lock()",
				Code: "if driftHdr != nil && nc.info.Headers && int64(len(driftHdr)+len(data)) <= nc.info.MaxPayload { hdr = driftHdr }",
			},
			{
				Doc:  "a ctx that holds an invalid span: the current one is not to be written",
				In:   "(*Conn).requestWithContext",
				Kind: rule.Entry,
				Code: "defer driftDetach(driftNone(driftGivenContext(ctx)))",
			},
			{
				Doc:  "write the span of the ctx",
				In:   "(*Conn).requestWithContext",
				Kind: rule.Before,
				Stmt: "if nc.useOldRequestStyle() {",
				Code: "hdr = driftRequestData(ctx, nc, subj, hdr, data)",
			},
			{
				Doc:  "start from what the headers say",
				In:   "(*Conn).waitForMsgs",
				Kind: rule.Before,
				Stmt: "mcb(m)",
				Code: "driftC, driftOld, driftWas := driftDeliver(driftFromMsg(m))",
			},
			{
				Doc:  "that is over",
				In:   "(*Conn).waitForMsgs",
				Kind: rule.After,
				Stmt: "mcb(m)",
				Code: "driftDelivered(driftC, driftOld, driftWas)",
			},
		},
		Callers: rule.Callers{Messages: []rule.Message{
			{
				Type: "*" + pkg + ".Msg",
				From: []rule.Target{
					{Func: "(*" + pkg + ".Subscription).NextMsg"},
					{Func: "(*" + pkg + ".Subscription).NextMsgWithContext"},
					{Func: "(*" + pkg + ".Subscription).Msgs", Since: "v1.39.1"},
					{Func: "(*" + pkg + ".Subscription).MsgsTimeout", Since: "v1.39.1"},
				},
			},
			{
				Type: "[]*" + pkg + ".Msg",
				From: []rule.Target{{Func: "(*" + pkg + ".Subscription).Fetch"}},
			},
		}},
		Files: []rule.File{{Name: "wire.go", Body: wire}, {Name: "receive.go", Body: receive}},
	}}
}
