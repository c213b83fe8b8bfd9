// Package transport holds what is injected into grpc's package of that name.
// This file stands in for that and is not injected.
package transport

func isReservedHeader(hdr string) bool { return false }

type callHdr struct{ Drift driftPointer }

var _ = []any{driftSendsCall, driftSendCall, callHdr{}}
