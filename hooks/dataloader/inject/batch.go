package dataloader

import (
	"context"
	"unsafe"
)

// driftLoadCaller is one who asked for something: his span's context, and what was
// current.
type driftLoadCaller struct {
	sc any
	c  unsafe.Pointer
}

// driftNoteCaller adds who asks with ctx to those who did, each once. One without a
// span is one too: the batch is not the others' alone then.
func driftNoteCaller(callers []driftLoadCaller, ctx context.Context) []driftLoadCaller {
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
	return append(callers, driftLoadCaller{sc, c})
}

// driftLoadBatch returns the context and what is to be current for a batch on
// behalf of some.
func driftLoadBatch(ctx context.Context, callers []driftLoadCaller) (context.Context, unsafe.Pointer) {
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
