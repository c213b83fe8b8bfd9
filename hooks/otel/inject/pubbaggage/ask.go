package baggage

import (
	"context"
)

// driftBaggageFromContext is FromContext as own code calls it: a ctx that holds neither
// baggage nor a span means the baggage that is current.
func driftBaggageFromContext(ctx context.Context) Baggage { return FromContext(driftFillBaggage(ctx)) }

// driftBaggageFromContextValue is what own code's call sites call in FromContext's place.
var driftBaggageFromContextValue = driftBaggageFromContext
