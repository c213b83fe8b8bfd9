// Package trace holds what is injected into go.opentelemetry.io/otel/trace.
//
// This file stands in for that package, so that the injected files compile and
// are vetted where they lie. It is not injected.
package trace

import (
	"context"
	"unsafe"

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

// driftFrame has the runtime's fields; the real file is injected beside.
type driftFrame struct {
	root     *driftFrame
	held     unsafe.Pointer
	provider unsafe.Pointer
	ctxTab   unsafe.Pointer
	ctxData  unsafe.Pointer
	from     unsafe.Pointer
	ended    uint32
	shared   uint8
	flags    uint8
}

const (
	driftSure = 1 << iota
	driftTransfer
	driftByFunc
	driftBatched
	driftKept
	driftUsed
)

const (
	driftDropped = 1 << iota
	driftLinked
	driftDistant
	driftTaken
	driftAlias
)

const driftLogging = 3

var _ = []any{
	driftSure, driftTransfer, driftByFunc, driftBatched, driftKept, driftUsed, driftDropped, driftTaken, driftAlias,
	driftNothing, driftBorrowed, driftTakenOut{}, driftFill, driftSending, driftDetachedLinks, driftExplicit, driftFrameOf, driftStandIn, driftRemote, driftPush, driftNewBlank, driftFilled,
	driftSpanFromContextValue, driftSpanContextFromContextValue,
}
