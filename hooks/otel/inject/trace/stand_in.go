// Package trace holds what is injected into go.opentelemetry.io/otel/trace.
//
// This file stands in for that package, so that the injected files compile and
// are vetted where they lie. It is not injected.
package trace

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type (
	// Span is the package's own type.
	Span = trace.Span
	// SpanContext is the package's own type.
	SpanContext = trace.SpanContext
	// TraceID is the package's own type.
	TraceID = trace.TraceID
	// TracerProvider is the package's own type.
	TracerProvider = trace.TracerProvider
	// Link is the package's own type.
	Link = trace.Link
)

// SpanFromContext stands in for trace.SpanFromContext.
func SpanFromContext(ctx context.Context) Span { return trace.SpanFromContext(ctx) }

// ContextWithSpan stands in for trace.ContextWithSpan.
func ContextWithSpan(ctx context.Context, span Span) context.Context {
	return trace.ContextWithSpan(ctx, span)
}

type traceContextKeyType int

const currentSpanKey traceContextKeyType = 0

type nonRecordingSpan struct {
	trace.Span
	sc SpanContext
}

type noopSpan struct{ trace.Span }

var _ = []any{driftTakenOut{}, driftFilled}
