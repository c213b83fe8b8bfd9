package inject

import "unsafe"

// driftFrame is a frame. The declaration is injected into OpenTelemetry's
// packages too: package runtime may not import what it would need to name a
// span.
//
// The SDK's recording spans embed theirs, so that starting a span allocates
// nothing more. Other goroutines must not hold a span for as long as they live:
// what they inherit is the frame's share, a small frame of its own, made when
// the first one is spawned. A dropped span's frame and a foreign one's is
// separate, a driftWideFrame, and its own share.
//
// held is the data word of the span, an interface value; the type word is that
// of the SDK's recording span, or a driftWideFrame's own. When the span ends,
// its share's held is set to what is left of the span, its span context: a
// driftClosed of package otel/trace, pointed to at its second byte.
//
// prev, seq, passed and level belong to the goroutine that pushed the frame.
// root and flags are written before the frame is published. ended, shared,
// held and share are atomic.
type driftFrame struct {
	root   *driftFrame    // the trace's first frame in this process, or its share; itself for that one
	prev   unsafe.Pointer // what the slot said before this frame was pushed
	held   unsafe.Pointer
	share  *driftFrame // what other goroutines inherit; nil until there is one
	seq    uint64      // the goroutine's count of pushes when this one was made; 0: never pushed
	ended  uint32      // when the span ended, as driftTick counts; 0 while it is open
	shared uint8       // of a share: another goroutine may hold it
	flags  uint8
	passed uint8 // whoever pushed it hands the span to its caller: driftTransfer and driftByFunc
	level  uint8 // how many loops deep its variable was declared
}

// driftWideFrame is a frame that holds its span's type and its context itself.
// Those of a recording span of the SDK are the SDK's to tell.
type driftWideFrame struct {
	driftFrame
	spanTab unsafe.Pointer
	ctxTab  unsafe.Pointer
	ctxData unsafe.Pointer // atomic
	under   *driftFrame    // as driftStarted says; of an alias, whose alias it is
}

// Of a push.
const (
	// driftSure says that the call pushed for certainly started a span.
	driftSure = 1 << iota
	// driftTransfer says that the function hands the span to its caller.
	driftTransfer
	// driftByFunc says that it does so by something that tells no span: a func, a
	// struct, a variable.
	driftByFunc
)

// driftUsed says, of a push, that the span was started elsewhere, and is used on
// here: it is put into a context. driftBatched is the bit below.
const driftUsed = 16

// Of a frame.
const (
	// driftForeign marks a frame whose span no SDK of ours will mark ended. It
	// is recording, until it has ended.
	driftForeign = 1 << iota
	// driftWide says that the frame is a driftWideFrame.
	driftWide
	// driftLinked marks a frame that is no span's: what is started under it is
	// a root with links. It has ended from the start.
	driftLinked
	// driftDistant marks the frame of a remote span.
	driftDistant
	// driftTaken marks the frame of a message that the goroutine received
	// by itself.
	driftTaken
	// driftAlias marks a driftWideFrame that stands for a share, under, with
	// another context for baggage. It has no span of its own to let go of, and
	// its context holds the baggage alone.
	driftAlias
)

// driftLogging is driftState where hand-offs are logged, by driftLog.
const driftLogging = 3

// driftLevelShift is where in a push's flags the frame's level is.
const driftLevelShift = 8
