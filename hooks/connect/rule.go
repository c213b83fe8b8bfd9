// Package connect hooks connectrpc.com/connect. It sends and serves through
// net/http, whose hook does the rest. But the request of a call whose client
// streams, and any request in older releases, is made on a goroutine of the
// library's, when the first message is sent, by whoever sends that: it is made
// under what was current where the call began.
package connect

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/call.go
var call []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	const pkg = "connectrpc.com/connect"
	return []*weave.Rule{{
		Name:    "connect",
		Doc:     "a call's request carries the span that was current where the call began; the rest is net/http's",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.11.0", "v1.14.0", "v1.15.0", "v1.19.2", "v1.21.1"},
		Patches: []weave.Patch{
			{
				Doc:  "what was current where the call began",
				In:   "duplexHTTPCall",
				Kind: weave.Field,
				Code: "drift driftPointer",
			},
			{
				Doc:   "note it",
				In:    "newDuplexHTTPCall",
				Kind:  weave.Return,
				Stmt:  "return &duplexHTTPCall{",
				Code:  "driftBegun($)",
				Until: "v1.19.2",
			},
			{
				Doc:   "note it",
				In:    "newDuplexHTTPCall",
				Kind:  weave.Return,
				Stmt:  "return duplex",
				Code:  "driftBegun($)",
				Since: "v1.19.2",
			},
			{
				Doc:   "hand it on",
				In:    "(*duplexHTTPCall).ensureRequestMade",
				Kind:  weave.Before,
				Stmt:  "go d.makeRequest()",
				Code:  "driftSetMark(d.drift)",
				Until: "v1.15.0",
			},
			{
				Doc:   "hand it on",
				In:    "(*duplexHTTPCall).Send",
				Kind:  weave.Before,
				Stmt:  "go d.makeRequest()",
				Code:  "driftSetMark(d.drift)",
				Since: "v1.15.0",
			},
			{
				Doc:   "hand it on",
				In:    "(*duplexHTTPCall).CloseWrite",
				Kind:  weave.Before,
				Stmt:  "go d.makeRequest()",
				Code:  "driftSetMark(d.drift)",
				Since: "v1.15.0",
			},
		},
		Files: []weave.File{{Name: "call.go", Body: call}},
	}}
}
