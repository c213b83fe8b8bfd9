package trace

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// driftView is a recording span as somebody has it who did not start it: who did
// not start a span does not end it, and does not name it. It is the span itself
// under another type, so that a view costs nothing.
type driftView recordingSpan

var _ trace.Span = (*driftView)(nil)

func (v *driftView) own() *recordingSpan { return (*recordingSpan)(v) }

// End does nothing.
func (v *driftView) End(...trace.SpanEndOption) {}

// SetName does nothing.
func (v *driftView) SetName(string) {}

// IsRecording is the span's.
func (v *driftView) IsRecording() bool { return v.own().IsRecording() }

// SpanContext is the span's.
func (v *driftView) SpanContext() trace.SpanContext { return v.own().SpanContext() }

// TracerProvider is the span's.
func (v *driftView) TracerProvider() trace.TracerProvider { return v.own().TracerProvider() }

// SetStatus is the span's.
func (v *driftView) SetStatus(code codes.Code, description string) {
	v.own().SetStatus(code, description)
}

// SetAttributes is the span's.
func (v *driftView) SetAttributes(kv ...attribute.KeyValue) { v.own().SetAttributes(kv...) }

// AddEvent is the span's.
func (v *driftView) AddEvent(name string, options ...trace.EventOption) {
	v.own().AddEvent(name, options...)
}

// RecordError is the span's.
func (v *driftView) RecordError(err error, options ...trace.EventOption) {
	v.own().RecordError(err, options...)
}

// AddLink is the span's, in releases that have it.
func (v *driftView) AddLink(link trace.Link) {
	if s, ok := any(v.own()).(interface{ AddLink(trace.Link) }); ok {
		s.AddLink(link)
	}
}

// driftDropView is driftView for a dropped span: only its End did anything.
type driftDropView nonRecordingSpan

var _ trace.Span = driftDropView{}

// SpanContext is the span's.
func (v driftDropView) SpanContext() trace.SpanContext { return v.sc }

// TracerProvider is the span's.
func (v driftDropView) TracerProvider() trace.TracerProvider { return v.tracer.provider }

// IsRecording always returns false.
func (driftDropView) IsRecording() bool { return false }

// End does nothing.
func (driftDropView) End(...trace.SpanEndOption) {}

// SetName does nothing.
func (driftDropView) SetName(string) {}

// SetStatus does nothing.
func (driftDropView) SetStatus(codes.Code, string) {}

// SetAttributes does nothing.
func (driftDropView) SetAttributes(...attribute.KeyValue) {}

// AddEvent does nothing.
func (driftDropView) AddEvent(string, ...trace.EventOption) {}

// AddLink does nothing.
func (driftDropView) AddLink(trace.Link) {}

// RecordError does nothing.
func (driftDropView) RecordError(error, ...trace.EventOption) {}
