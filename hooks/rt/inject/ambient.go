package rt

import (
	"context"
	"unsafe"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"
)

// driftPointer is named so that a file without unsafe can.
type driftPointer = unsafe.Pointer

//go:linkname driftCapture runtime.driftCapture
func driftCapture(stale bool) (c unsafe.Pointer, ok bool)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

//go:linkname driftHushed runtime.driftHushed
func driftHushed() (barrier uint64)

//go:linkname driftUnhushed runtime.driftUnhushed
func driftUnhushed(barrier uint64)

//go:linkname driftCurrent runtime.driftCurrent
func driftCurrent() (frame *driftFrame, tab, data unsafe.Pointer, detached bool)

//go:linkname driftContext runtime.driftContext
func driftContext(frame *driftFrame) (tab, data unsafe.Pointer)

//go:linkname driftOf runtime.driftOf
func driftOf(frame *driftFrame) *driftFrame

//go:linkname driftOpen runtime.driftOpen
func driftOpen(c unsafe.Pointer) bool

//go:linkname driftRemoteOver runtime.driftRemoteOver
var driftRemoteOver func(c unsafe.Pointer)

//go:linkname driftCurrentSpan go.opentelemetry.io/otel/trace.driftCurrentSpan
func driftCurrentSpan() trace.Span

//go:linkname driftBorrowed go.opentelemetry.io/otel/trace.driftBorrowed
func driftBorrowed(span trace.Span) trace.Span

//go:linkname driftFill go.opentelemetry.io/otel/internal/baggage.driftFill
func driftFill(ctx context.Context) context.Context

//go:linkname driftExplicit go.opentelemetry.io/otel/trace.driftExplicit
func driftExplicit(ctx context.Context, now bool) (frame *driftFrame, made bool)

//go:linkname driftCarry go.opentelemetry.io/otel/internal/baggage.driftCarry
func driftCarry(frame *driftFrame, ctx context.Context) *driftFrame

// driftHold returns the context to adopt of what ctx holds, and the frame that was
// made for it, as driftExplicit says.
func driftHold(ctx context.Context, now bool) (c unsafe.Pointer, frame *driftFrame, made bool) {
	f, made := driftExplicit(ctx, now)
	if f == nil {
		return nil, nil, made
	}
	if made {
		frame = f
	}
	return unsafe.Add(unsafe.Pointer(driftCarry(f, ctx)), 1), frame, made
}

func driftEnter(ctx context.Context) (s scope) {
	c, frame, _ := driftHold(ctx, true)
	if frame != nil {
		s.made = unsafe.Add(unsafe.Pointer(frame), 1)
	}
	s.old, s.hushed = driftAdopt(c)
	return s
}

// driftEnterHere is driftEnter on the goroutine of whoever asks for it: what
// hands nothing on, a sync.Once, still does not.
func driftEnterHere(ctx context.Context) scope {
	s := driftEnter(ctx)
	if s.hushed&driftDepth != 0 {
		s.here, s.barrier = true, driftHushed()
	}
	return s
}

// driftDepth masks what of driftAdopt's token is how many functions hand nothing on.
const driftDepth = 1<<8 - 1

func driftEnterNone() (s scope) {
	s.old, s.hushed = driftAdopt(nil)
	return s
}

func driftLeave(s scope) {
	if s.here {
		driftUnhushed(s.barrier)
	}
	driftRestore(s.old, s.hushed)
	if s.made != nil {
		driftRemoteOver(s.made)
	}
}

// driftSnapshot captures ctx's span while it is open. Should it have ended by the
// time, ctx is what to enter.
func driftSnapshot(ctx context.Context) snapshot {
	c, _, made := driftHold(ctx, false)
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
		return driftEnter(s.ctx)
	}
	sc.old, sc.hushed = driftAdopt(s.c)
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
	if b := baggage.FromContext(driftFill(bg)); b.Len() > 0 {
		ctx = baggage.ContextWithBaggage(ctx, b)
	} else if baggage.FromContext(ctx).Len() > 0 {
		ctx = baggage.ContextWithoutBaggage(ctx)
	}
	return ctx
}
