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
	f, tab, data, detached := driftCurrent()
	if f == nil || detached || tab == nil && f.flags&driftAlias == 0 {
		return nil
	}
	if driftGap == nil || !driftGap(ctx, tab, data) {
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

// driftCarry returns the frame of a ctx's span with the baggage that the ctx
// holds: an alias of that, or the frame itself if it holds none.
//
//go:linkname driftCarry
func driftCarry(frame *driftFrame, ctx context.Context) *driftFrame {
	state := ctx.Value(baggageKey)
	if state == nil {
		return frame
	}
	c := context.WithValue(context.Background(), baggageKey, state)
	f := new(driftWideFrame)
	f.root, f.share, f.shared, f.flags = frame.root, &f.driftFrame, 1, driftWide|driftAlias
	f.under = frame
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&c))
	f.ctxTab, f.ctxData = w[0], w[1]
	return &f.driftFrame
}
