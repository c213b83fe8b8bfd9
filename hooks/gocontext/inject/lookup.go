package context

import "unsafe"

// driftPointer is a context that was handed on. Not every file imports unsafe.
type driftPointer = unsafe.Pointer

func init() { driftLookup = driftFindValue }

// driftFindValue returns what a Context holds for a key, and whether that can be told
// from contexts of this package alone: those of others have methods that may wait
// for a lock that who asks holds. If not, value is the first such Context.
func driftFindValue(ctx, key any) (value any, known bool) {
	c, _ := ctx.(Context)
	for {
		switch ctx := c.(type) {
		case *valueCtx:
			if key == ctx.key {
				return ctx.val, true
			}
			c = ctx.Context
		case *cancelCtx:
			c = ctx.Context
		case *timerCtx:
			c = ctx.Context
		case *afterFuncCtx:
			c = ctx.Context
		case withoutCancelCtx:
			c = ctx.c
		case stopCtx:
			c = ctx.Context
		case nil, backgroundCtx, todoCtx:
			return nil, true
		default:
			inner := driftSignal(ctx)
			if inner == nil {
				return ctx, false
			}
			c = inner
		}
	}
}

// driftSignal returns the Context that one of os/signal's NotifyContext embeds, nil
// for any other: it is the first field, and the one that answers for Value
// (os/signal/signal.go).
func driftSignal(c Context) Context {
	t := reflectlite.TypeOf(c)
	if t.Kind() != reflectlite.Ptr || t.Elem().PkgPath() != "os/signal" || t.Elem().Name() != "signalCtx" {
		return nil
	}
	return *(*Context)((*[2]unsafe.Pointer)(unsafe.Pointer(&c))[1])
}
