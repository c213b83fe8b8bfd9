// Package baggage holds what is injected into go.opentelemetry.io/otel/baggage. This
// file stands in for that and is not injected.
package baggage

import (
	"context"

	"go.opentelemetry.io/otel/baggage"
)

// Baggage stands in for baggage.Baggage.
type Baggage = baggage.Baggage

// FromContext stands in for baggage.FromContext.
func FromContext(ctx context.Context) Baggage { return baggage.FromContext(ctx) }

var _ = driftBaggageFromContextValue
