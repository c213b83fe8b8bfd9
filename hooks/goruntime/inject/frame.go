package inject

import "unsafe"

// driftFrame is a frame: what the slot says of one span. The declaration is
// injected into OpenTelemetry's packages too: package runtime may not import
// what it would need to name a span.
//
// A frame is an object of its own, so that a goroutine which holds one holds no
// span that has ended: held is let go of when the span ends, and the span's
// context with it.
//
// held is the data word of what a ctx would hold in the frame's stead, a
// trace.Span; its type word is told by the flags. When a span ends whose frame
// another goroutine may hold, held becomes what is left of the span, its span
// context: a driftClosed of package otel/trace, pointed to at its second byte.
//
// prev, seq, passed and level belong to the goroutine that pushed the frame.
// root, provider, flags and ctxTab are written before the frame is published.
// held, ctxData, from, ended and shared are read atomically where others may write them.
type driftFrame struct {
	root     *driftFrame    // that of the trace's first span in this process; itself for that one
	prev     unsafe.Pointer // what the slot said before this frame was pushed
	held     unsafe.Pointer
	provider unsafe.Pointer // whose tracers the span is a parent for: a *TracerProvider of the SDK; nil: all
	ctxTab   unsafe.Pointer // the context the span was started with, for its baggage
	ctxData  unsafe.Pointer
	from     unsafe.Pointer // the data word of the ctx that Start was given
	seq      uint64         // the goroutine's count of pushes when this one was made; 0: never pushed
	ended    uint32         // when the span ended, as driftTick counts; 0 while it is open
	shared   uint8          // another goroutine may hold it
	flags    uint8
	passed   uint8 // what its push said: driftTransfer, driftByFunc and driftKept
	level    uint8 // how many loops deep its variable was declared
}

// driftAliasFrame stands for another goroutine's frame with another context for
// baggage, which holds that alone. It has no span of its own to let go of.
type driftAliasFrame struct {
	driftFrame
	under *driftFrame
}

// Of a push.
const (
	// driftSure says that the call pushed for certainly started a span.
	driftSure = 1 << iota
	// driftTransfer says that the function hands the span to its caller.
	driftTransfer
	// driftByFunc says that it does so by a func alone.
	driftByFunc
	// driftBatched says of a message that it was taken out of a slice of them. That
	// may be a batch just received, whose links are current, or one that is yet to be
	// sent: then missing headers carry no information.
	driftBatched
	// driftKept says that the span's ctx went elsewhere than the one that the span
	// was started from, which its function still has: a span that is started from
	// that one is beside this one, not under it.
	driftKept
	// driftUsed says that the span was started elsewhere, and came by a channel or a
	// call to where it is used on.
	driftUsed
)

// Of a frame.
const (
	// driftDropped marks the frame of a span that is not recorded. It is one
	// object with the span.
	driftDropped = 1 << iota
	// driftLinked marks a frame that is no span's: what is started under it is
	// a root with links. It has ended from the start.
	driftLinked
	// driftDistant marks the frame of a remote span.
	driftDistant
	// driftTaken marks the frame of a message that the goroutine received
	// by itself.
	driftTaken
	// driftAlias marks a driftAliasFrame.
	driftAlias
	// driftCarried marks one that came with what the goroutine received from a
	// channel. Its held is the slot value that was sent, nil for none.
	driftCarried
)

// driftLogging is driftState where hand-offs are logged, by driftLog.
const driftLogging = 3

// driftLevelShift is where in a push's flags the frame's level is.
const driftLevelShift = 8
