// Package rt holds what is injected into this project's own rt.
//
// This file stands in for that package, so that the injected files compile and
// are vetted where they lie. It is not injected.
package rt

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type scope struct {
	old          driftPointer
	was, barrier uint64
	here         bool
	made         driftPointer
}

type snapshot struct {
	c   driftPointer
	ctx context.Context
}

// Alert stands in for rt.Alert.
type Alert struct {
	SpanContext                                          trace.SpanContext
	Operation, Address, Module, Version, Function, Stack string
}

func deliver(Alert) {}

var told func()

var _ = []any{told, driftEnterHere, driftEnterNone, driftLeaveScope, driftSnapshot, driftSnapshotCaller, driftEnterSnapshot, driftAmbient}
