// Package shipping asks carriers where a parcel is.
package shipping

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("example.com/shop/internal/shipping")

// Tracker asks all carriers at once.
type Tracker struct {
	carriers []string
}

// New returns a tracker for the carriers the shop uses.
func New() *Tracker {
	return &Tracker{carriers: []string{"post", "bike"}}
}

// Track returns what each carrier says about the order.
func (t *Tracker) Track(ctx context.Context, orderID string) map[string]string {
	ctx, span := tracer.Start(ctx, "shipping.Track",
		trace.WithAttributes(attribute.String("order.id", orderID)))
	defer span.End()

	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		states = make(map[string]string, len(t.carriers))
	)
	for _, carrier := range t.carriers {
		// The span covers the wait for a goroutine too, so it starts here and
		// ends over there.
		ctx, span := tracer.Start(ctx, "shipping.carrier",
			trace.WithAttributes(attribute.String("carrier", carrier)))
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer span.End()
			state := ask(ctx, carrier)
			mu.Lock()
			defer mu.Unlock()
			states[carrier] = state
		}()
	}
	wg.Wait()
	return states
}

// ask stands in for the carrier's API.
func ask(ctx context.Context, carrier string) string {
	_, span := tracer.Start(ctx, "shipping.ask", trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	return "not yet at " + carrier
}
