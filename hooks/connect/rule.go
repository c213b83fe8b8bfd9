// Package connect hooks connectrpc.com/connect and its v2. They send and serve
// through net/http, whose hook does the rest. But the request of a call whose
// client streams, and any request in older releases, is made on a goroutine of
// the library's, when the first message is sent, by whoever sends that: it is
// made under what was current where the call began. So is what serves a call
// inside the process.
package connect

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/call.go
var call []byte

//go:embed inject/begun.go
var begun []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg, v2 = "connectrpc.com/connect", "connectrpc.com/connect/v2"
	return []*rule.Rule{{
		Name:    "connect",
		Doc:     "a call's request carries the span that was current where the call began; the rest is net/http's",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.11.0", "v1.14.0", "v1.15.0", "v1.19.2", "v1.21.0", "v1.21.1"},
		Patches: []rule.Patch{
			{
				Doc:  "what was current where the call began",
				In:   "duplexHTTPCall",
				Kind: rule.Field,
				Code: "drift driftPointer",
			},
			{
				Doc:   "note it",
				In:    "newDuplexHTTPCall",
				Kind:  rule.Return,
				Stmt:  "return &duplexHTTPCall{",
				Code:  "driftBegun($)",
				Until: "v1.19.2",
				Group: "note it",
			},
			{
				Doc:   "note it",
				In:    "newDuplexHTTPCall",
				Kind:  rule.Before,
				Stmt:  "return duplex",
				Code:  "duplex.drift = driftHere()",
				Since: "v1.19.2",
				Group: "note it",
			},
			{
				Doc:   "hand it on",
				In:    "(*duplexHTTPCall).ensureRequestMade",
				Kind:  rule.Before,
				Stmt:  "go d.makeRequest()",
				Code:  "driftSetMark(d.drift)",
				Until: "v1.15.0",
				Group: "hand it on",
			},
			{
				Doc:   "hand it on",
				In:    "(*duplexHTTPCall).Send",
				Kind:  rule.Before,
				Stmt:  "go d.makeRequest()",
				Code:  "driftSetMark(d.drift)",
				Since: "v1.15.0",
				Group: "hand it on",
			},
			{
				Doc:   "hand it on",
				In:    "(*duplexHTTPCall).CloseWrite",
				Kind:  rule.Before,
				Stmt:  "go d.makeRequest()",
				Code:  "driftSetMark(d.drift)",
				Since: "v1.15.0",
				Group: "hand it on",
			},
		},
		Files: []rule.File{{Name: "call.go", Body: call}, {Name: "begun.go", Body: begun}},
	}, {
		Name:    "connect",
		Doc:     "a call's request carries the span that was current where the call began; the rest is net/http's",
		Package: v2 + "/connecthttp",
		Module:  v2,
		Tried:   []string{"v2.0.0", "v2.0.2"},
		Patches: []rule.Patch{
			{
				Doc:  "what was current where the call began",
				In:   "duplexHTTPCall",
				Kind: rule.Field,
				Code: "drift driftPointer",
			},
			{
				Doc:  "note it",
				In:   "newDuplexHTTPCall",
				Kind: rule.Before,
				Stmt: "return duplex",
				Code: "duplex.drift = driftHere()",
			},
			{
				Doc:  "hand it on",
				In:   "(*duplexHTTPCall).Send",
				Kind: rule.Before,
				Stmt: "go d.makeRequest()",
				Code: "driftSetMark(d.drift)",
			},
			{
				Doc:  "hand it on",
				In:   "(*duplexHTTPCall).CloseWrite",
				Kind: rule.Before,
				Stmt: "go d.makeRequest()",
				Code: "driftSetMark(d.drift)",
			},
		},
		Files: []rule.File{{Name: "call.go", Body: call}},
	}, {
		Name:    "connect",
		Doc:     "what serves a call inside the process is a child of the caller",
		Package: v2 + "/connectinprocess",
		Module:  v2,
		Tried:   []string{"v2.0.0", "v2.0.2"},
		Patches: []rule.Patch{
			{
				Doc:  "what was current where the call began",
				In:   "streamPair",
				Kind: rule.Field,
				Code: "drift driftPointer",
			},
			{
				Doc:  "note it",
				In:   "newStreamPair",
				Kind: rule.Before,
				Stmt: "return pair",
				Code: "pair.drift = driftHere()",
			},
			{
				Doc:  "hand it on",
				In:   "(*streamPair).dispatch",
				Kind: rule.Before,
				Stmt: "go p.run()",
				Code: "driftSetMark(p.drift)",
			},
		},
		Files: []rule.File{{Name: "call.go", Body: call}},
	}}
}
