// Package amqp091 hooks github.com/rabbitmq/amqp091-go: a message carries its
// ctx's span, or the current one, in its headers, unless they say something
// already. What is done about a delivery where it is received, from a channel or by
// Get, is under that.
package amqp091

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/wire.go
var wire []byte

//go:embed inject/receive.go
var receive []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const module = "github.com/rabbitmq/amqp091-go"
	const (
		current  = "msg.Headers = driftTable(nil, msg.Headers)"
		explicit = "defer driftDetach(driftNone(ctx)); msg.Headers = driftTable(ctx, msg.Headers)"
	)
	return []*rule.Rule{{
		Name:    "amqp091",
		Doc:     "a message carries the current span in its headers; code that handles it where it is received runs under its sender's span",
		Package: module,
		Module:  module,
		Tried:   []string{"v1.2.0", "v1.16.0"},
		Patches: []rule.Patch{
			{
				Doc:   "write the current span",
				In:    "(*Channel).Publish",
				Kind:  rule.Entry,
				Code:  current,
				Until: "v1.3.0",
			},
			{
				Doc:   "write the current span, all ways before there was a ctx",
				In:    "(*Channel).PublishWithDeferredConfirm",
				Kind:  rule.Entry,
				Code:  current,
				Since: "v1.3.0",
				Until: "v1.4.0",
			},
			{
				Doc:   "write the ctx's span, all ways until v1.10.0",
				In:    "(*Channel).PublishWithDeferredConfirmWithContext",
				Kind:  rule.Entry,
				Code:  explicit,
				Since: "v1.4.0",
			},
			{
				Doc:   "write the ctx's span",
				In:    "(*Channel).PublishWithContext",
				Kind:  rule.Entry,
				Code:  explicit,
				Since: "v1.10.0",
			},
			{
				Doc:   "write the current span, behind all ways",
				In:    "(*Channel).PublishWithDeferredConfirm",
				Kind:  rule.Entry,
				Code:  current,
				Since: "v1.10.0",
			},
			{
				Doc:   "v1.10 ignores the ctx",
				In:    "(*Channel).PublishWithDeferredConfirmWithContext",
				Kind:  rule.Name,
				Code:  "ctx",
				Since: "v1.10.0",
				Until: "v1.11.0",
			},
			{
				Doc:   "v1.10 ignores the ctx",
				In:    "(*Channel).PublishWithContext",
				Kind:  rule.Name,
				Code:  "ctx",
				Since: "v1.10.0",
				Until: "v1.11.0",
			},
		},
		Callers: rule.Callers{Messages: []rule.Message{{
			Type: module + ".Delivery",
			From: []rule.Target{{Func: "(*" + module + ".Channel).Get"}},
		}}},
		Files: []rule.File{{Name: "wire.go", Body: wire}, {Name: "receive.go", Body: receive}},
	}}
}
