// Package gohttp weaves package net/http. A request that leaves through a
// Transport carries its ctx's span, or the current one, unless its headers say
// something already. A handler starts from what the request's headers say, or
// from nothing. The handler inside a TimeoutHandler, which has a goroutine of its
// own, is a child of what serves the request. Every other goroutine of the
// package starts fresh: a connection's, a transport's, since they outlive
// whoever made them come into being.
package gohttp

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/wire.go
var wire []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "gohttp",
		Doc:     "a request carries the current span; a handler's spans are children of the remote one, or roots; what is inside a TimeoutHandler is a child of what serves the request",
		Package: "net/http",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Patches: []rule.Patch{
			{
				Doc:  "hand the current context on to the handler",
				In:   "(*timeoutHandler).ServeHTTP",
				Kind: rule.Before,
				Stmt: "go func() {",
				Code: "driftMark()",
			},
			{
				Doc:  "write the span, HTTP/1",
				In:   "(*Transport).roundTrip",
				Kind: rule.Before,
				Stmt: "resp, err = pconn.roundTrip(treq)",
				Code: "driftRequestHeaders(treq)",
			},
			{
				Doc:  "write the span, HTTP/2",
				In:   "(*Transport).roundTrip",
				Kind: rule.Before,
				Stmt: "resp, err = pconn.alt.RoundTrip(req)",
				Code: "req = driftRequest(req)",
			},
			{
				Doc:  "write the span, HTTP/2 on a connection that is there",
				In:   "(*Transport).roundTrip",
				Kind: rule.Before,
				Stmt: "if resp, err := altRT.RoundTrip(req); err != ErrSkipAltProtocol",
				Code: "req = driftRequest(req)",
			},
			{
				Doc:  "the response is that of the caller's request",
				In:   "(*Transport).roundTrip",
				Kind: rule.Return,
				Stmt: "return resp, err",
				Code: "driftAnswered(origReq, req, $)",
			},
			{
				Doc:  "start from what the headers say",
				In:   "serverHandler.ServeHTTP",
				Kind: rule.Entry,
				Code: "defer driftDelivered(driftDeliver(driftFromHeader(req.Header)))",
			},
		},
		Files: []rule.File{{Name: "wire.go", Body: wire}},
	}}
}
