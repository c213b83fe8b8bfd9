package dataloader

import (
	"context"
	"unsafe"
)

//go:linkname driftSpanContext runtime.driftSpanContext
var driftSpanContext func(ctx any) any

//go:linkname driftSameSpan runtime.driftSameSpan
var driftSameSpan func(a, b any) bool

//go:linkname driftLinks runtime.driftLinks
var driftLinks func(scs []any) unsafe.Pointer

//go:linkname driftHide runtime.driftHide
var driftHide func(ctx any) any

//go:linkname driftCapture runtime.driftCapture
func driftCapture(stale bool) (c unsafe.Pointer, ok bool)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

// driftCaller is one who asked for something: his span's context, and what was
// current.
type driftCaller struct {
	sc any
	c  unsafe.Pointer
}

// driftNote adds who asks with ctx to those who did, each once. One without a
// span is one too: the batch is not the others' alone then.
func driftNote(callers []driftCaller, ctx context.Context) []driftCaller {
	if driftSpanContext == nil { // no OpenTelemetry in this program
		return nil
	}
	sc := driftSpanContext(ctx)
	for _, have := range callers {
		if have.sc == nil && sc == nil || driftSameSpan(have.sc, sc) {
			return callers
		}
	}
	c, _ := driftCapture(false)
	return append(callers, driftCaller{sc, c})
}

// driftBatch returns the context and what is to be current for a batch on
// behalf of some.
func driftBatch(ctx context.Context, callers []driftCaller) (context.Context, unsafe.Pointer) {
	switch len(callers) {
	case 0:
		return ctx, nil
	case 1:
		return ctx, callers[0].c
	}
	var scs []any
	for _, caller := range callers {
		if caller.sc != nil {
			scs = append(scs, caller.sc)
		}
	}
	return driftHide(ctx).(context.Context), driftLinks(scs)
}
