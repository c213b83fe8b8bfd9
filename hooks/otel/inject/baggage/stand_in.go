// Package baggage holds what is injected into go.opentelemetry.io/otel's
// internal/baggage.
//
// This file stands in for that package, so that the injected file compiles and
// is vetted where it lies. It is not injected.
package baggage

import (
	"context"
)

// List is the package's own type.
type List map[string]struct{}

type baggageState struct {
	list    List
	getHook func(context.Context, List) List
}

type baggageContextKeyType int

const baggageKey baggageContextKeyType = 0

var _ = []any{baggageState{}.list, baggageState{}.getHook}
