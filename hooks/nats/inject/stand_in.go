// Package nats holds what is injected into the package of that name. This file
// stands in for that and is not injected.
package nats

import "context"

type (
	// ContextOpt stands in for nats.ContextOpt.
	ContextOpt struct{ context.Context }
	// Conn stands in for nats.Conn.
	Conn struct{}
	// Msg stands in for nats.Msg.
	Msg struct{ Header Header }
	// Header stands in for nats.Header.
	Header map[string][]string
)

// HeadersSupported stands in for nats.Conn.HeadersSupported.
func (*Conn) HeadersSupported() bool { return false }

// MaxPayload stands in for nats.Conn.MaxPayload.
func (*Conn) MaxPayload() int64 { return 0 }

var _ = []any{driftHeader, driftRequestData, driftFromMsg, driftFromAll}
