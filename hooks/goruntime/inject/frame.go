package inject

import "unsafe"

// driftFrame is the part of a frame that package runtime works on. The same
// declaration is injected into go.opentelemetry.io/otel/trace, where frames
// are allocated with their span context behind it: package runtime may not
// import what it would need to name a span, and a frame must not cost two
// allocations.
//
// A span and its context are interface values, kept as their two words. The
// type word never changes once the frame is published; the data word is
// cleared when the span ends, so that a goroutine that inherited the frame
// and idles for a day holds this small node and nothing of the request.
//
// prev, seq, count, limit, passed and level belong to the goroutine that pushed the frame.
// root, spanTab, ctxTab and flags are written before the frame is published.
// ended, spanData and ctxData are atomic.
type driftFrame struct {
	ended    int64          // nanotime of End; 0 while the span is open. First: 64-bit atomics on 32-bit
	root     *driftFrame    // the trace's first frame in this process; itself for that one
	prev     unsafe.Pointer // what the slot said before this frame was pushed
	spanTab  unsafe.Pointer
	spanData unsafe.Pointer
	ctxTab   unsafe.Pointer
	ctxData  unsafe.Pointer
	seq      uint64 // the goroutine's count of pushes when this one was made; 0: never pushed
	count    uint32 // own frames in the chain from here down, ended ones included
	limit    uint32 // count at which the chain is next swept
	flags    uint32
	passed   uint8 // whoever pushed it hands the span to its caller: driftTransfer and driftByFunc
	level    uint8 // how many loops deep its variable was declared
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
)

// driftLevelShift is where in a push's flags the frame's level is.
const driftLevelShift = 8
