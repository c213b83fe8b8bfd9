// Package propagation holds what is injected into the package of that name. This
// file stands in for that and is not injected.
package propagation

import "context"

// TextMapPropagator stands in for propagation.TextMapPropagator.
type TextMapPropagator interface {
	Inject(ctx context.Context, carrier TextMapCarrier)
	Extract(ctx context.Context, carrier TextMapCarrier) context.Context
}

// TextMapCarrier stands in for propagation.TextMapCarrier.
type TextMapCarrier interface {
	Get(key string) string
	Set(key, value string)
	Keys() []string
}

// HeaderCarrier stands in for propagation.HeaderCarrier.
type HeaderCarrier map[string][]string

// Get stands in for HeaderCarrier's.
func (HeaderCarrier) Get(string) string { return "" }

// Set stands in for HeaderCarrier's.
func (HeaderCarrier) Set(string, string) {}

// Keys stands in for HeaderCarrier's.
func (HeaderCarrier) Keys() []string { return nil }

type (
	// TraceContext stands in for propagation.TraceContext.
	TraceContext struct{ TextMapPropagator }
	// Baggage stands in for propagation.Baggage.
	Baggage struct{ TextMapPropagator }
)
