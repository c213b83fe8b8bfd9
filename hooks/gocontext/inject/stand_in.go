// Package context holds what is injected into package context. This file stands in
// for that and is not injected.
package context

import (
	"context"
	"reflect"
)

// Context stands in for context.Context.
type Context = context.Context

type (
	valueCtx struct {
		Context
		key, val any
	}
	cancelCtx    struct{ Context }
	timerCtx     struct{ cancelCtx }
	afterFuncCtx struct {
		cancelCtx
		drift driftPointer
	}
	withoutCancelCtx struct {
		Context
		c Context
	}
	stopCtx       struct{ Context }
	backgroundCtx struct{ Context }
	todoCtx       struct{ Context }
)

// reflectlite is internal/reflectlite as far as it is used.
var reflectlite = struct {
	TypeOf func(any) reflect.Type
	Ptr    reflect.Kind
}{reflect.TypeOf, reflect.Pointer}
var _ = afterFuncCtx{}.drift
