package otel

import (
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

func init() {
	// One alert is delivered after the other.
	var counter metric.Int64Counter
	driftCount = func(ctx any, attributes any) {
		if counter == nil {
			c, err := Meter("github.com/drift-go/drift-toolexec").Int64Counter("drift.unpatched",
				metric.WithDescription("Spans under which I/O was done that no instrumentation sees, by operation and module."),
				metric.WithUnit("{span}"))
			if err != nil {
				Handle(err)
				return
			}
			counter = c
		}
		event := attributes.(trace.EventConfig)
		driftAdd(counter.Add, ctx, metric.WithAttributes(event.Attributes()...))
	}
}

// driftAdd calls a counter's Add. C is a context.Context, which this package
// does not import.
func driftAdd[C any](add func(C, int64, ...metric.AddOption), ctx any, options ...metric.AddOption) {
	if c, ok := ctx.(C); ok {
		add(c, 1, options...)
	}
}
