package baggage

import (
	"context"
	"unsafe"
)

func init() {
	driftBaggageOf = driftBaggageState
	driftAmbientBaggage = driftWithAmbient
	driftWithoutBaggage = driftWithout
}

// driftBaggageState returns the state of the baggage in a context, as far as that can be
// told without a call of the user's code.
func driftBaggageState(tab, data unsafe.Pointer) any {
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

// driftStateOf returns the state of an activation's baggage, nil for none: that of the
// context its span was started with, which the activation has until the span ends.
func driftStateOf(active *driftActive) any {
	if tab, data := driftContext(active); data != nil {
		return driftBaggageState(tab, data)
	}
	if active.flags&driftIsAlias == 0 && driftClosedBaggage != nil {
		return driftClosedBaggage(driftWordsOf(active))
	}
	return nil
}

// driftWithAmbient returns ctx with an activation's baggage, where ctx holds none; nil if
// there is nothing to add.
func driftWithAmbient(ctx any, active *driftActive) any {
	c, ok := ctx.(context.Context)
	if !ok {
		return nil
	}
	state, ok := driftStateOf(active).(baggageState)
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

// driftFillBaggage returns a ctx that holds the current baggage in ctx's stead, where that
// is a gap: it holds neither baggage nor a span.
func driftFillBaggage(ctx context.Context) context.Context {
	if ctx.Value(baggageKey) == nil && driftAnswers != nil && !driftAnswers(ctx) {
		if f, _, _, detached := driftCurrent(); f != nil && !detached {
			if c, ok := driftWithAmbient(ctx, f).(context.Context); ok {
				return c
			}
		}
	}
	return ctx
}

// driftCarry returns the activation of a ctx's span with the baggage that the ctx
// holds: an alias of that, or the activation itself if it holds none.
func driftCarry(active *driftActive, ctx context.Context) *driftActive {
	state := ctx.Value(baggageKey)
	if state == nil {
		return active
	}
	c := context.WithValue(context.Background(), baggageKey, state)
	f := new(driftActiveAlias)
	f.root, f.shared, f.flags, f.provider = active.root, 1, driftIsAlias, active.provider
	f.under = active
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&c))
	f.ctxTab, f.ctxData = w[0], w[1]
	return &f.driftActive
}
