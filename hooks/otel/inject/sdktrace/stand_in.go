// Package trace holds what is injected into go.opentelemetry.io/otel/sdk/trace.
//
// This file stands in for that package, so that the injected file compiles and
// is vetted where it lies. It is not injected.
package trace

import "go.opentelemetry.io/otel/trace"

type recordingSpan struct {
	trace.Span
	drift driftPointer
}

type nonRecordingSpan struct {
	trace.Span
	drift driftPointer
}

var _ = []any{driftStarted, driftDropped, driftDetached, driftEnded}
