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
	// SpanStartOption is the package's own type.
	SpanStartOption = trace.SpanStartOption
	// TracerProvider is the package's own type.
	TracerProvider = trace.TracerProvider
	// Link is the package's own type.
	Link = trace.Link
)

// NewSpanStartConfig is the package's own function.
func NewSpanStartConfig(options ...SpanStartOption) trace.SpanConfig {
	return trace.NewSpanStartConfig(options...)
}

// WithLinks is the package's own function.
func WithLinks(links ...Link) trace.SpanStartOption { return trace.WithLinks(links...) }

// SpanFromContext stands in for trace.SpanFromContext.
func SpanFromContext(ctx context.Context) Span { return trace.SpanFromContext(ctx) }

const currentSpanKey = 0

type nonRecordingSpan struct {
	trace.Span
	sc SpanContext
}

// driftFrame has the runtime's fields; the real file is injected beside.
type driftFrame struct {
	root   *driftFrame
	held   unsafe.Pointer
	share  *driftFrame
	seq    uint64
	ended  uint32
	shared uint8
	flags  uint8
}

type driftWideFrame struct {
	driftFrame
	spanTab unsafe.Pointer
	ctxTab  unsafe.Pointer
	ctxData unsafe.Pointer
	under   *driftFrame
}

const (
	driftSure = 1 << iota
	driftTransfer
	driftByFunc
)

const (
	driftForeign = 1 << iota
	driftWide
	driftLinked
	driftDistant
	driftTaken
	driftAlias
)

const driftLogging = 3

var _ = []any{driftExplicit, driftAlias, driftTaken, driftTransfer, driftByFunc, driftAmbient, driftLink, driftFrameOf, driftStandIn, driftRemote, driftPush, driftNewBlank, driftFilled}
