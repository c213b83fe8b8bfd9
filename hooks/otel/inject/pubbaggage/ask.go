package baggage

import (
	"context"
	_ "unsafe" // for go:linkname
)

//go:linkname driftFillBaggage go.opentelemetry.io/otel/internal/baggage.driftFill
func driftFillBaggage(ctx context.Context) context.Context

// driftFromContext is FromContext as own code calls it: a ctx that holds neither
// baggage nor a span means the baggage that is current.
func driftFromContext(ctx context.Context) Baggage { return FromContext(driftFillBaggage(ctx)) }

// driftFromContextValue is what own code's call sites call in FromContext's place.
//
//go:linkname driftFromContextValue
var driftFromContextValue = driftFromContext
