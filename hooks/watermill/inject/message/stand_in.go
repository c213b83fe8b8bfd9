// Package message holds what is injected into the package of that name. This
// file stands in for that and is not injected.
package message

import "context"

type (
	// Message stands in for message.Message.
	Message struct{ Metadata Metadata }
	// Metadata stands in for message.Metadata.
	Metadata map[string]string
)

// Context stands in for message.Message.Context.
func (*Message) Context() context.Context { return nil }

var _ = []any{driftSenderOf, driftProducedAll}
