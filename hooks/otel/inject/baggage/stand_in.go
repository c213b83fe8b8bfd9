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
	root     *driftFrame
	provider unsafe.Pointer
	ctxTab   unsafe.Pointer
	ctxData  unsafe.Pointer
	shared   uint8
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
	driftFill, driftCarry, driftSure, driftTransfer, driftByFunc, driftBatched, driftKept, driftUsed, driftDropped, driftLinked, driftDistant, driftTaken,
	baggageState{}.list, baggageState{}.getHook,
}
