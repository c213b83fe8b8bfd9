// Package grpc hooks google.golang.org/grpc. A call's headers carry its ctx's
// span, or the one that was current where the call began, unless its metadata
// says something already: whoever set that, an interceptor or a stats handler
// too. A retry carries the same, whatever goroutine makes it. A handler, and
// the interceptors around it, start from the span that a stats handler put into
// the stream's ctx, else from what the metadata says, else from nothing,
// whether the goroutine is new or one of the server's workers. The library's own
// goroutines start fresh, and so do the calls that they make: health checks,
// say.
package grpc

import (
	_ "embed" // for the injected files

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/grpc/call.go
var call []byte

//go:embed inject/transport/send.go
var send []byte

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	const pkg = "google.golang.org/grpc"
	tried := []string{"v1.50.0", "v1.55.0", "v1.59.0", "v1.60.0", "v1.65.0", "v1.70.0", "v1.75.0", "v1.80.0", "v1.84.0", "v1.85.0"}
	return []*rule.Rule{{
		Name:    "grpc",
		Doc:     "a call carries the current span; a handler's spans are children of the remote one, or roots",
		Package: pkg,
		Module:  pkg,
		Tried:   tried,
		Since:   tried[0], // older ones have nothing to read incoming metadata with
		Patches: []rule.Patch{
			{
				Doc:  "note what is current where a call begins",
				In:   "newClientStreamWithParams",
				Kind: rule.After,
				Stmt: "callHdr := &transport.CallHdr{",
				Code: "callHdr.Drift = driftHere()",
			},
			{
				Doc:  "start from what the ctx or the metadata says",
				In:   "(*Server).handleStream",
				Kind: rule.Entry,
				Code: "drift := driftServeCall(stream.Context(), func(key string) []string { return metadata.ValueFromIncomingContext(stream.Context(), key) }); defer drift.over()",
			},
			{
				// Before that, the transport calls the stats handlers.
				Doc:   "start from the span of a stats handler",
				In:    "(*Server).handleStream",
				Kind:  rule.After,
				Stmt:  "stream.SetContext(ctx)",
				Code:  "drift.tagged(ctx)",
				Since: "v1.60.0",
			},
		},
		Files: []rule.File{{Name: "call.go", Body: call}},
	}, {
		Name:    "grpc",
		Doc:     "a call's headers are written with the span",
		Package: pkg + "/internal/transport",
		Module:  pkg,
		Tried:   tried,
		Since:   tried[0], // older ones have nothing to read incoming metadata with
		Patches: []rule.Patch{
			{
				Doc:  "what was current where the call began",
				In:   "CallHdr",
				Kind: rule.Field,
				Code: "Drift driftPointer",
			},
			{
				Doc:  "write the span behind all other headers",
				In:   "(*http2Client).createHeaderFields",
				Kind: rule.Before,
				Stmt: "return headerFields, nil",
				Code: "if driftSendsCall(ctx, callHdr.Host, callHdr.Drift) { fields := headerFields; driftSendCall(ctx, callHdr.Host, callHdr.Drift, func(key string) string { for i := range fields { if fields[i].Name == key { return fields[i].Value } }; return \"\" }, func(key, value string) { fields = append(fields, hpack.HeaderField{Name: key, Value: encodeMetadataHeader(key, value)}) }); headerFields = fields }",
			},
		},
		Files: []rule.File{{Name: "send.go", Body: send}},
	}}
}
