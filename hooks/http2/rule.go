// Package http2 hooks golang.org/x/net/http2 where a program uses it by itself,
// for HTTP/2 without TLS: its Transport and its Server do as net/http's.
package http2

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/wire.go
var wire []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	handler := func(stmt string) rule.Patch {
		return rule.Patch{
			Doc:  "start from what the headers say",
			In:   "(*ServeConnOpts).handler",
			Kind: rule.Return,
			Stmt: stmt,
			Code: "driftHandler($)",
		}
	}
	return []*rule.Rule{{
		Name:    "http2",
		Doc:     "a request carries the current span; a handler's spans are children of the remote one, or roots",
		Package: "golang.org/x/net/http2",
		Module:  "golang.org/x/net",
		Tried:   []string{"v0.7.0", "v0.58.0", "v0.60.0"},
		Patches: []rule.Patch{
			{
				// What net/http's Transport hands to this one has been through
				// its own hook, and comes another way.
				Doc:  "write the span",
				In:   "(*Transport).RoundTrip",
				Kind: rule.Before,
				Stmt: "return t.RoundTripOpt(req, RoundTripOpt{})",
				Code: "caller := req; req = driftRequest(req)",
			},
			{
				Doc:  "the response is that of the caller's request",
				In:   "(*Transport).RoundTrip",
				Kind: rule.Return,
				Stmt: "return t.RoundTripOpt(req, RoundTripOpt{})",
				Code: "driftAnsweredBy(caller, req)($)",
			},
			handler("return o.Handler"),
			handler("return o.BaseConfig.Handler"),
			handler("return http.DefaultServeMux"),
		},
		Files: []rule.File{{Name: "wire.go", Body: wire}},
	}}
}
