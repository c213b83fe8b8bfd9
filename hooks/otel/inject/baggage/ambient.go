package baggage

import (
	"context"
	"unsafe"
)

//go:linkname driftContext runtime.driftContext
func driftContext() (tab, data unsafe.Pointer)

//go:linkname driftHasSpan runtime.driftHasSpan
var driftHasSpan func(ctx any) bool

// driftList is what ListFromContext answers for a ctx that holds no baggage:
// the current frame's, unless ctx holds a span, which makes it the answer.
func driftList(ctx context.Context) List {
	tab, data := driftContext()
	if data == nil || driftHasSpan == nil || driftHasSpan(ctx) {
		return nil
	}
	var ambient context.Context
	*(*[2]unsafe.Pointer)(unsafe.Pointer(&ambient)) = [2]unsafe.Pointer{tab, data}
	if v, ok := ambient.Value(baggageKey).(baggageState); ok {
		if v.getHook != nil {
			return v.getHook(ambient, v.list)
		}
		return v.list
	}
	return nil
}
