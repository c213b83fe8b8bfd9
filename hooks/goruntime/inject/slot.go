package inject

import "unsafe"

// driftG is the field woven into runtime.g.
//
// A slot value is nil, a frame of this goroutine's own (started here), or a
// frame it inherited, told apart by the lowest bit: an own frame is a pointer
// to its first byte, an inherited one a pointer to its second. Both keep the
// frame alive, and copying the context to another goroutine stays one word.
type driftG struct {
	slot  unsafe.Pointer // the ambient context
	hand  unsafe.Pointer // what the next go statement hands on: the mark
	float *driftFrame    // started or returned by a callee, not yet taken by a caller
	seq   uint64         // pushes so far on this g; only ever grows
	once  uint32         // depth of sync.Once functions being run
}

func driftOwn(p unsafe.Pointer) bool { return uintptr(p)&1 == 0 }

// driftFrameOf returns the frame of a slot value, own or inherited.
func driftFrameOf(p unsafe.Pointer) *driftFrame {
	if !driftOwn(p) {
		p = unsafe.Add(p, -1)
	}
	return (*driftFrame)(p)
}

func driftInherited(f *driftFrame) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(f), 1)
}

// driftTop drops ended own frames from the top of d's chain and returns what
// is current then: the newest open own frame, else the inherited one, else nil.
func driftTop(d *driftG) unsafe.Pointer {
	p := d.slot
	if p == nil || !driftOwn(p) || atomic.Loadint64(&(*driftFrame)(p).ended) == 0 {
		return p
	}
	for p != nil && driftOwn(p) {
		f := (*driftFrame)(p)
		if atomic.Loadint64(&f.ended) == 0 {
			break
		}
		p = f.prev
		f.prev = nil // whoever inherited f must not hold what lay beneath it
	}
	d.slot = p
	return p
}

// driftMark raises the mark: the next go statement of this goroutine hands
// the current frame to the goroutine it starts. Woven in before each spawn
// site in scope. A goroutine born inside a sync.Once is a daemon by nature.
//
//go:linkname driftMark
func driftMark() {
	d := &getg().drift
	if d.slot == nil || d.once != 0 {
		return
	}
	if p := driftTop(d); p != nil {
		d.hand = driftInherited(driftFrameOf(p))
	}
}

// driftEnter returns the token that driftLeave takes.
//
//go:linkname driftEnter
func driftEnter() uint64 {
	d := &getg().drift
	d.float = nil
	return d.seq
}

// driftSeq returns the number of the newest push: the token that driftNext and
// driftLast take.
//
//go:linkname driftSeq
func driftSeq() uint64 { return getg().drift.seq }

// driftLast returns the number of the frame that a statement pushed, the token
// that driftDrop takes. before is driftSeq's from just before the statement;
// the result is 0 if it pushed none. What callees pushed in between is off the
// chain already, so that its number names no frame.
//
//go:linkname driftLast
func driftLast(before uint64) uint64 {
	if seq := getg().drift.seq; seq != before {
		return seq
	}
	return 0
}

// driftDrop ends the extent of one frame, by its number: its span was given
// away, or its variable is about to hold another.
//
//go:linkname driftDrop
func driftDrop(token uint64) {
	d := &getg().drift
	if token == 0 || d.slot == nil {
		return
	}
	var above *driftFrame
	for p := d.slot; p != nil && driftOwn(p); {
		f := (*driftFrame)(p)
		if f.seq <= token {
			if f.seq == token {
				driftUnlink(d, above, f)
			}
			return
		}
		above, p = f, f.prev
	}
}

// driftUnlink takes an own frame out of d's chain. above is the one on top of
// it, or nil. Whoever inherited f must not hold what lies beneath it.
func driftUnlink(d *driftG, above, f *driftFrame) {
	if above == nil {
		d.slot = f.prev
	} else {
		above.prev = f.prev
	}
	f.prev = nil
	if f.flags&driftForeign != 0 && driftRecording != nil && !driftRecording(unsafe.Pointer(f)) {
		driftEnded(unsafe.Pointer(f))
	}
}

// driftLeave ends the extent of every own frame pushed since the token was
// taken. The newest open one that its function hands to its caller floats
// until the caller takes it, right after the call; else it is lost. Nothing
// that a callee left floating outlives the function.
//
//go:linkname driftLeave
func driftLeave(token uint64) {
	d := &getg().drift
	if d.seq != token {
		d.float = driftUnwind(d, token, driftFloatPassed)
	}
}

// driftLeaveLib is driftLeave for a function outside the user's own code. A
// span left open floats: should it be returned to own code, it is known again
// by its identity.
//
//go:linkname driftLeaveLib
func driftLeaveLib(token uint64) {
	d := &getg().drift
	if d.seq != token {
		if f := driftUnwind(d, token, driftFloatAny); f != nil {
			d.float = f
		}
	}
}

// Which open frame floats when a function's extents end.
const (
	driftFloatPassed = iota // the newest that its function hands to its caller
	driftFloatAny           // the newest
)

// driftUnwind empties d's chain down to the token and returns what floats.
func driftUnwind(d *driftG, token uint64, which int) *driftFrame {
	var floating *driftFrame
	for p := d.slot; p != nil && driftOwn(p); p = d.slot {
		f := (*driftFrame)(p)
		if f.seq <= token {
			break
		}
		if floating == nil && (f.passed != 0 || which == driftFloatAny) && atomic.Loadint64(&f.ended) == 0 {
			floating = f
		}
		driftUnlink(d, nil, f)
	}
	return floating
}

// driftNext ends the extent of the frames pushed since the token was taken
// whose variables live no longer than the loop at this level: the body of one
// is left, or about to run again.
//
//go:linkname driftNext
func driftNext(token uint64, level uint32) {
	d := &getg().drift
	if d.seq == token {
		return
	}
	var above *driftFrame
	for p := d.slot; p != nil && driftOwn(p); {
		f := (*driftFrame)(p)
		if f.seq <= token {
			return
		}
		p = f.prev
		if uint32(f.level) >= level {
			driftUnlink(d, above, f)
		} else {
			above = f
		}
	}
}

// driftPre is woven in before a call that may hand back a span started by its
// callee, so that what an earlier call left floating is not taken for its own.
//
//go:linkname driftPre
func driftPre() {
	if d := &getg().drift; d.float != nil {
		d.float = nil
	}
}

// driftTake makes the span current that the call just made handed back
// through its func. Code that is not woven may lie between this call and
// whoever left the span floating, and keep it: that much can be told, whether
// that one had nothing but a func to hand on.
//
//go:linkname driftTake
func driftTake(flags uint32) {
	d := &getg().drift
	if f := d.float; f != nil {
		d.float = nil
		if f.passed&driftByFunc != 0 {
			driftPush(d, f, flags)
		}
	}
}

// driftTakeCtx makes the span current that the call just made handed back
// through its context, which tells whether it is the one left floating.
//
//go:linkname driftTakeCtx
func driftTakeCtx(ctx any, flags uint32) {
	d := &getg().drift
	if f := d.float; f != nil {
		d.float = nil
		if f.passed != 0 && driftHolds != nil && driftHolds(ctx, unsafe.Pointer(f)) {
			driftPush(d, f, flags)
		}
	}
}

// driftClaim makes the floating frame current if data is its span's data word.
//
//go:linkname driftClaim
func driftClaim(data unsafe.Pointer, flags uint32) bool {
	d := &getg().drift
	f := d.float
	if f == nil || f.spanData != data || data == nil {
		return false
	}
	d.float = nil
	driftPush(d, f, flags)
	return true
}

// driftFloating returns the frame of the span started or handed back last on
// this goroutine, if nobody took it yet.
//
//go:linkname driftFloating
func driftFloating() unsafe.Pointer { return unsafe.Pointer(getg().drift.float) }

// driftPushNew makes a frame current that was just made for a foreign span.
//
//go:linkname driftPushNew
func driftPushNew(f unsafe.Pointer, flags uint32) {
	driftPush(&getg().drift, (*driftFrame)(f), flags)
}

func driftPush(d *driftG, f *driftFrame, flags uint32) {
	if atomic.Loadint64(&f.ended) != 0 {
		return
	}
	f.passed = uint8(flags & (driftTransfer | driftByFunc))
	f.level = uint8(flags >> driftLevelShift)
	p := driftTop(d)
	d.seq++
	f.seq = d.seq
	f.prev = p
	f.count, f.limit = 1, 8
	if p != nil && driftOwn(p) {
		below := (*driftFrame)(p)
		f.count, f.limit = below.count+1, below.limit
		if f.count > f.limit {
			driftSweep(f)
		}
	}
	d.slot = unsafe.Pointer(f)
}

// driftSweep unlinks every ended frame below top. It runs when the chain has
// doubled since it last ran, so a push costs O(1) amortised and a chain holds
// at most twice the spans now open.
func driftSweep(top *driftFrame) {
	n := uint32(1)
	above := top
	for p := top.prev; p != nil && driftOwn(p); {
		f := (*driftFrame)(p)
		p = f.prev
		if atomic.Loadint64(&f.ended) != 0 {
			driftUnlink(nil, above, f)
			continue
		}
		above = f
		n++
	}
	top.count = n
	top.limit = 2*n + 8
}

// driftStarted notes the frame of a span the SDK just started on this
// goroutine. It is not current yet: the call site decides for how long it is.
//
//go:linkname driftStarted
func driftStarted(f unsafe.Pointer) { getg().drift.float = (*driftFrame)(f) }

// driftEnded marks a frame's span ended, from whatever goroutine, and drops
// what the frame held. It may be called again, and with nil.
//
//go:linkname driftEnded
func driftEnded(p unsafe.Pointer) {
	if p == nil {
		return
	}
	f := (*driftFrame)(p)
	now := int64(1)
	if f.root == f {
		now = nanotime() // the linger of what it started is counted from here
	}
	if !atomic.Casint64(&f.ended, 0, now) {
		return
	}
	atomicstorep(unsafe.Pointer(&f.spanData), nil)
	atomicstorep(unsafe.Pointer(&f.ctxData), nil)
	d := &getg().drift
	if d.slot == p {
		driftTop(d)
	}
	if d.float == f {
		d.float = nil
	}
}

// driftCurrent returns the current frame and its span's data word, nil once
// the span has ended. A frame whose local root has been over for longer than
// linger is detached: it is no parent any more.
//
//go:linkname driftCurrent
func driftCurrent() (frame, data unsafe.Pointer, detached bool) {
	d := &getg().drift
	if d.slot == nil {
		return nil, nil, false
	}
	p := driftTop(d)
	if p == nil {
		return nil, nil, false
	}
	f := driftFrameOf(p)
	if data = atomic.Loadp(unsafe.Pointer(&f.spanData)); data != nil {
		return unsafe.Pointer(f), data, false
	}
	if e := atomic.Loadint64(&f.root.ended); e != 0 && driftLinger >= 0 && nanotime()-e > driftLinger {
		return unsafe.Pointer(f), nil, true
	}
	return unsafe.Pointer(f), nil, false
}

// driftContext returns the words of the current frame's context, nil where
// there is none or its span has ended.
//
//go:linkname driftContext
func driftContext() (tab, data unsafe.Pointer) {
	p := driftTop(&getg().drift)
	if p == nil {
		return nil, nil
	}
	f := driftFrameOf(p)
	return f.ctxTab, atomic.Loadp(unsafe.Pointer(&f.ctxData))
}

// driftOnceEnter and driftOnceLeave enclose a function that sync.Once runs.
//
//go:linkname driftOnceEnter
func driftOnceEnter() { getg().drift.once++ }

//go:linkname driftOnceLeave
func driftOnceLeave() { getg().drift.once-- }
