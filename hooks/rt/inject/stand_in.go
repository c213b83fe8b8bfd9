// Package rt holds what is injected into this project's own run-time package.
// This file stands in for that and is not injected.
package rt

// Alert stands in for rt.Alert.
type Alert struct {
	TraceID, SpanID, Operation, Address, Module, Version, Function, Stack string
}

func deliver(Alert) {}

var told func()

var _ = []any{told, driftStack}
