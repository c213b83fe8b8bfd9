package inject

import "unsafe"

// driftActive is an activation: what the slot says of one span. The declaration is
// injected into OpenTelemetry's packages too: package runtime may not import
// what it would need to name a span.
//
// An activation is an object of its own, so that a goroutine which holds one holds no
// span that has ended: held is let go of when the span ends, and the span's
// context with it.
//
// held is the data word of what a ctx would hold in the activation's stead, a
// trace.Span; its type word is told by the flags. When a span ends whose activation
// another goroutine may hold, held becomes what is left of the span, its span
// context: a driftClosed of package otel/trace, pointed to at its second byte.
//
// prev, seq, passed and level belong to the goroutine that pushed the activation.
// root, provider, flags and ctxTab are written before the activation is published.
// held, ctxData, from, ended and shared are read atomically where others may write them.
type driftActive struct {
	root     *driftActive   // that of the trace's first span in this process; itself for that one
	prev     unsafe.Pointer // what the slot said before this activation was pushed
	held     unsafe.Pointer
	provider unsafe.Pointer // whose tracers the span is a parent for: a *TracerProvider of the SDK; nil: all
	ctxTab   unsafe.Pointer // the context the span was started with, for its baggage
	ctxData  unsafe.Pointer
	from     unsafe.Pointer // the data word of the ctx that Start was given
	seq      uint64         // the goroutine's count of pushes when this one was made; 0: never pushed
	ended    uint32         // when the span ended, as driftTick counts; 0 while it is open
	shared   uint8          // another goroutine may hold it
	flags    uint8
	passed   uint8 // what its push said: driftPushTransfer, driftPushByFunc and driftPushKept
	level    uint8 // how many loops deep its variable was declared
}

// driftActiveAlias stands for another goroutine's activation with another context for
// baggage, which holds that alone. It has no span of its own to let go of.
type driftActiveAlias struct {
	driftActive
	under *driftActive
}
