package baggage

import (
	"context"
	"unsafe"
)

//go:linkname driftCurrent runtime.driftCurrent
func driftCurrent() (frame *driftFrame, tab, data unsafe.Pointer, detached bool)

//go:linkname driftContext runtime.driftContext
func driftContext(frame *driftFrame) (tab, data unsafe.Pointer, under *driftFrame)

//go:linkname driftGap runtime.driftGap
var driftGap func(ctx any, tab, data unsafe.Pointer) bool

// driftList is what ListFromContext answers for a ctx that holds no baggage:
// that of the current frame, or of the frame that its span was started under
// without being handed a context. A ctx that holds another span is the answer.
func driftList(ctx context.Context) List {
	f, tab, data, _ := driftCurrent()
	if tab == nil || driftGap == nil || !driftGap(ctx, tab, data) {
		return nil
	}
	for f != nil {
		var c context.Context
		w := (*[2]unsafe.Pointer)(unsafe.Pointer(&c))
		w[0], w[1], f = driftContext(f)
		if w[1] == nil {
			return nil
		}
		if v, ok := c.Value(baggageKey).(baggageState); ok {
			if v.getHook != nil {
				return v.getHook(c, v.list)
			}
			return v.list
		}
	}
	return nil
}
