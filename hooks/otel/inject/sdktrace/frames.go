package trace

import (
	"context"
	"unsafe"

	"go.opentelemetry.io/otel/trace"
)

// driftPointer lets the span types hold a frame without importing unsafe.
type driftPointer = unsafe.Pointer

//go:linkname driftAlloc go.opentelemetry.io/otel/trace.driftAlloc
func driftAlloc() unsafe.Pointer

//go:linkname driftOpen go.opentelemetry.io/otel/trace.driftOpen
func driftOpen(frame, parent unsafe.Pointer, ctx context.Context, span trace.Span)

//go:linkname driftFrameOf go.opentelemetry.io/otel/trace.driftFrameOf
func driftFrameOf(span trace.Span) unsafe.Pointer

//go:linkname driftDetached go.opentelemetry.io/otel/trace.driftDetached
func driftDetached(ctx context.Context, options []trace.SpanStartOption) []trace.SpanStartOption

//go:linkname driftEnded runtime.driftEnded
func driftEnded(frame unsafe.Pointer)

// driftDropped gives a dropped span its frame while it is still one value.
func driftDropped(span nonRecordingSpan) nonRecordingSpan {
	span.drift = driftAlloc()
	return span
}

// driftStarted gives a span that just started its frame. parent is the span
// that was found in its ctx.
func driftStarted(parent trace.Span, newRoot bool, ctx context.Context, span trace.Span) (context.Context, trace.Span) {
	var frame, under unsafe.Pointer
	switch s := span.(type) {
	case *recordingSpan:
		frame = driftAlloc()
		s.drift = frame
	case nonRecordingSpan:
		frame = s.drift // allocated with the span: this is a copy
	}
	if frame == nil {
		return ctx, span
	}
	if !newRoot {
		switch p := parent.(type) {
		case *recordingSpan:
			under = p.drift
		case nonRecordingSpan:
			under = p.drift
		default:
			under = driftFrameOf(parent)
		}
	}
	driftOpen(frame, under, ctx, span)
	return ctx, span
}
