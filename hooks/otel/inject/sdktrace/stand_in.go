// Package trace holds what is injected into go.opentelemetry.io/otel/sdk/trace.
//
// This file stands in for that package, so that the injected file compiles and
// is vetted where it lies. It is not injected.
package trace

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

type TracerProvider struct{ trace.TracerProvider }

type tracer struct{ provider *TracerProvider }

type recordingSpan struct {
	trace.Span
	spanContext trace.SpanContext
	attributes  []attribute.KeyValue
	tracer      *tracer
	drift       *driftActive
	driftWatch  *driftWatched
	spanKind    trace.SpanKind
}

type nonRecordingSpan struct {
	trace.Span
	sc     trace.SpanContext
	tracer *tracer
	drift  *driftActive
}

var _ = []any{(*recordingSpan)(nil).tracer, driftGiven, driftParent, driftStart, driftReturn, driftBoxed, (*recordingSpan).driftEnded, nonRecordingSpan.driftEnded}
