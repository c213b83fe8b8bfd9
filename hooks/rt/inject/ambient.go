package rt

import (
	"context"
	"unsafe"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"
)

// driftPointer is named so that a file without unsafe can.
type driftPointer = unsafe.Pointer

// driftHoldScope returns the context to adopt of what ctx holds, and the activation that was
// made for it, as driftExplicit says.
func driftHoldScope(ctx context.Context, now bool) (c unsafe.Pointer, active *driftActive, made bool) {
	f, made := driftExplicit(ctx, now)
	if f == nil {
		return nil, nil, made
	}
	if made {
		active = f
	}
	return unsafe.Add(unsafe.Pointer(driftCarry(f, ctx)), 1), active, made
}

func driftEnterScope(ctx context.Context) (s scope) {
	c, active, _ := driftHoldScope(ctx, true)
	if active != nil {
		s.made = unsafe.Add(unsafe.Pointer(active), 1)
	}
	s.old, s.was = driftAttach(c)
	return s
}

// driftEnterHere is driftEnterScope on the goroutine of whoever asks for it: what
// hands nothing on, a sync.Once, still does not.
func driftEnterHere(ctx context.Context) scope {
	s := driftEnterScope(ctx)
	if s.was&driftDepth != 0 {
		s.here, s.barrier = true, driftSuppress()
	}
	return s
}

// driftDepth masks what of driftAttach's token is how many functions hand nothing on.
const driftDepth = 1<<8 - 1

func driftEnterNone() (s scope) {
	s.old, s.was = driftAttach(nil)
	return s
}

func driftLeaveScope(s scope) {
	if s.here {
		driftUnsuppress(s.barrier)
	}
	driftDetach(s.old, s.was)
	if s.made != nil {
		driftEndRemote(s.made)
	}
}

// driftSnapshot captures ctx's span while it is open. Should it have ended by the
// time, ctx is what to enter.
func driftSnapshot(ctx context.Context) snapshot {
	c, _, made := driftHoldScope(ctx, false)
	if c == nil && !made {
		return snapshot{}
	}
	return snapshot{c: c, ctx: ctx}
}

func driftSnapshotCaller(ctx context.Context) snapshot {
	if c, _ := driftCapture(false); c != nil {
		return snapshot{c: c}
	}
	return driftSnapshot(ctx)
}

func driftEnterSnapshot(s snapshot) (sc scope) {
	if s.ctx != nil && !driftOpen(s.c) {
		return driftEnterScope(s.ctx)
	}
	sc.old, sc.was = driftAttach(s.c)
	return sc
}

// driftAmbient returns the ambient context. Span and baggage are put into it, so
// that it still holds them where something else is ambient.
func driftAmbient() context.Context {
	bg := context.Background()
	f, _, _, _ := driftCurrent()
	span := driftCurrentSpan()
	if span == nil {
		return bg
	}
	ctx := bg
	var c context.Context
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&c))
	if w[0], w[1] = driftContext(driftOf(f)); w[1] != nil {
		ctx = context.WithoutCancel(c)
	}
	ctx = trace.ContextWithSpan(ctx, driftBorrowed(span))
	if b := baggage.FromContext(driftFillBaggage(bg)); b.Len() > 0 {
		ctx = baggage.ContextWithBaggage(ctx, b)
	} else if baggage.FromContext(ctx).Len() > 0 {
		ctx = baggage.ContextWithoutBaggage(ctx)
	}
	return ctx
}
