// Package baggage holds what is injected into go.opentelemetry.io/otel's
// internal/baggage.
//
// This file stands in for that package, so that the injected file compiles and
// is vetted where it lies. It is not injected.
package baggage

import (
	"context"
	"unsafe"
)

// List is the package's own type.
type List map[string]struct{}

type baggageState struct {
	list    List
	getHook func(context.Context, List) List
}

type baggageContextKeyType int

const baggageKey baggageContextKeyType = 0

// driftFrame has the runtime's fields; the real file is injected beside.
type driftFrame struct {
	root   *driftFrame
	share  *driftFrame
	shared uint8
	flags  uint8
}

type driftWideFrame struct {
	driftFrame
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

var _ = []any{driftList, driftCarry, driftSure, driftTransfer, driftByFunc, driftForeign, driftLinked}
