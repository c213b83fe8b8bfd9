package inject

import "unsafe"

// driftFrame is a frame. The declaration is injected into OpenTelemetry's
// packages too: they allocate frames, and package runtime may not import what
// it would need to name a span.
//
// held is the data word of the span, an interface value; the type word is the
// SDK's recording span's, or a driftWideFrame's own. When the span ends, held
// is cleared, so that a goroutine that inherited the frame and idles for a day
// holds this small node and nothing of the request; or, if another goroutine
// may come to ask, it is set to what is left of the span, its span context:
// a driftClosed of package otel/trace, pointed to at its second byte.
//
// prev, seq, passed and level belong to the goroutine that pushed the frame. root and
// flags are written before the frame is published. ended, held and shared are
// atomic.
type driftFrame struct {
	ended  int64          // when the span ended, 0 while it is open. First: 64-bit atomics on 32-bit
	root   *driftFrame    // the trace's first frame in this process; itself for that one
	prev   unsafe.Pointer // what the slot said before this frame was pushed
	held   unsafe.Pointer
	seq    uint64 // the goroutine's count of pushes when this one was made; 0: never pushed
	shared uint32 // another goroutine may hold the frame
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
	under   *driftFrame    // as driftStarted says
}

const (
	// driftSure says that the call pushed for certainly started a span.
	driftSure = 1 << iota
	// driftTransfer says that the function hands the span to its caller.
	driftTransfer
	// driftByFunc says that it does so by a func alone.
	driftByFunc
	// driftForeign marks a frame whose span no SDK of ours will mark ended. It
	// is recording, until it has ended.
	driftForeign
	// driftWide says that the frame is a driftWideFrame.
	driftWide
)

// driftLevelShift is where in a push's flags the frame's level is.
const driftLevelShift = 8
