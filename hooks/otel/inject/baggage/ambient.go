package baggage

import (
	"context"
	"unsafe"
)

//go:linkname driftContext runtime.driftContext
func driftContext(frame *driftFrame) (tab, data unsafe.Pointer)

//go:linkname driftWordsOf runtime.driftWordsOf
func driftWordsOf(frame *driftFrame) (tab, data unsafe.Pointer)

//go:linkname driftCurrent runtime.driftCurrent
func driftCurrent() (frame *driftFrame, tab, data unsafe.Pointer, detached bool)

//go:linkname driftLookup runtime.driftLookup
var driftLookup func(ctx, key any) (value any, known bool)

//go:linkname driftBaggageOf runtime.driftBaggageOf
var driftBaggageOf func(ctxTab, ctxData unsafe.Pointer) any

//go:linkname driftAmbientBaggage runtime.driftAmbientBaggage
var driftAmbientBaggage func(ctx any, frame *driftFrame) any

//go:linkname driftClosedBaggage runtime.driftClosedBaggage
var driftClosedBaggage func(tab, data unsafe.Pointer) any

//go:linkname driftAnswers runtime.driftAnswers
var driftAnswers func(ctx any) bool

//go:linkname driftWithoutBaggage runtime.driftWithoutBaggage
var driftWithoutBaggage func(ctx any) any

func init() {
	driftBaggageOf = driftState
	driftAmbientBaggage = driftWithAmbient
	driftWithoutBaggage = driftWithout
}

// driftState returns the state of the baggage in a context, as far as that can be
// told without a call of the user's code.
func driftState(tab, data unsafe.Pointer) any {
	if driftLookup == nil {
		return nil
	}
	var c context.Context
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&c))
	w[0], w[1] = tab, data
	if v, known := driftLookup(c, baggageKey); known {
		return v
	}
	return nil
}

// driftStateOf returns the state of a frame's baggage, nil for none: that of the
// context its span was started with, which the frame has until the span ends.
func driftStateOf(frame *driftFrame) any {
	if tab, data := driftContext(frame); data != nil {
		return driftState(tab, data)
	}
	if frame.flags&driftAlias == 0 && driftClosedBaggage != nil {
		return driftClosedBaggage(driftWordsOf(frame))
	}
	return nil
}

// driftWithAmbient returns ctx with a frame's baggage, where ctx holds none; nil if
// there is nothing to add.
func driftWithAmbient(ctx any, frame *driftFrame) any {
	c, ok := ctx.(context.Context)
	if !ok {
		return nil
	}
	state, ok := driftStateOf(frame).(baggageState)
	if !ok || c.Value(baggageKey) != nil {
		return nil
	}
	return context.WithValue(c, baggageKey, state)
}

// driftWithout returns ctx without its baggage, nil if it holds none that can be
// told.
func driftWithout(ctx any) any {
	if driftLookup == nil {
		return nil
	}
	c, ok := ctx.(context.Context)
	if v, known := driftLookup(ctx, baggageKey); !ok || !known || v == nil {
		return nil
	}
	return context.WithValue(c, baggageKey, baggageState{})
}

// driftFill returns a ctx that holds the current baggage in ctx's stead, where that
// is a gap: it holds neither baggage nor a span.
//
//go:linkname driftFill
func driftFill(ctx context.Context) context.Context {
	if ctx.Value(baggageKey) == nil && driftAnswers != nil && !driftAnswers(ctx) {
		if f, _, _, detached := driftCurrent(); f != nil && !detached {
			if c, ok := driftWithAmbient(ctx, f).(context.Context); ok {
				return c
			}
		}
	}
	return ctx
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
	f := new(driftAliasFrame)
	f.root, f.shared, f.flags, f.provider = frame.root, 1, driftAlias, frame.provider
	f.under = frame
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&c))
	f.ctxTab, f.ctxData = w[0], w[1]
	return &f.driftFrame
}
