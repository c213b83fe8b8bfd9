// Package trace holds what is injected into go.opentelemetry.io/otel/sdk/trace.
//
// This file stands in for that package, so that the injected file compiles and
// is vetted where it lies. It is not injected.
package trace

import (
	"unsafe"

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
	drift       *driftFrame
	driftWatch  *driftWatched
	spanKind    trace.SpanKind
}

type nonRecordingSpan struct {
	trace.Span
	sc     trace.SpanContext
	tracer *tracer
	drift  *driftFrame
}

// driftFrame has the runtime's fields; the real file is injected beside.
type driftFrame struct {
	root     *driftFrame
	held     unsafe.Pointer
	provider unsafe.Pointer
	ctxTab   unsafe.Pointer
	ctxData  unsafe.Pointer
	from     unsafe.Pointer
	flags    uint8
}

type driftAliasFrame struct {
	driftFrame
	under *driftFrame
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

var _ = []any{
	driftSure, driftTransfer, driftByFunc, driftBatched, driftKept, driftUsed, driftLinked, driftDistant, driftTaken, (*recordingSpan)(nil).tracer,
	driftAdopt, driftRestore, driftGiven, driftParent, driftStart, driftReturn, driftBoxed, (*recordingSpan).driftEnded, nonRecordingSpan.driftEnded,
}
