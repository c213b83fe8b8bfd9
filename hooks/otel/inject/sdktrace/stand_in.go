// Package trace holds what is injected into go.opentelemetry.io/otel/sdk/trace.
//
// This file stands in for that package, so that the injected file compiles and
// is vetted where it lies. It is not injected.
package trace

import (
	"context"
	"unsafe"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

type recordingSpan struct {
	trace.Span
	spanContext trace.SpanContext
	attributes  []attribute.KeyValue
	drift       driftFrame
	driftCtx    context.Context
	driftUnder  *driftFrame
	driftWatch  *driftWatched
	spanKind    trace.SpanKind
}

type nonRecordingSpan struct {
	trace.Span
	sc    trace.SpanContext
	drift *driftWideFrame
}

// driftFrame has the runtime's fields; the real file is injected beside.
type driftFrame struct {
	root  *driftFrame
	held  unsafe.Pointer
	share *driftFrame
	flags uint8
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

var _ = []any{
	driftSure, driftTransfer, driftByFunc, driftForeign, driftAlias,
	driftAdopt, driftRestore, driftStart, driftStacked, driftDropped, driftDetached, driftLink, (*recordingSpan).driftEnded, nonRecordingSpan.driftEnded,
}
