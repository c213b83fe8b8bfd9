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
	count uint32         // own frames in the chain, ended ones included
	limit uint32         // count at which the chain is next swept
	once  uint32         // depth of functions being run that hand nothing on
	lent  uint32         // of a coroutine: how much of that is its resumer's
	coro  uintptr        // the coroutine that this goroutine was made for, or 0

	forCtx unsafe.Pointer // the context that the next Start is to be given, by its data word,
	before uint64         // and whose parent is a push before this one; 0: it has none
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
	if p == nil || !driftOwn(p) || atomic.Load(&(*driftFrame)(p).ended) == 0 {
		return p
	}
	for p != nil && driftOwn(p) {
		f := (*driftFrame)(p)
		if atomic.Load(&f.ended) == 0 {
			break
		}
		p = f.prev
		f.prev = nil // whoever inherited f must not hold what lay beneath it
		d.count--
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
	c := driftShare(d)
	if driftState == driftLogging {
		driftLog("inherit", c)
	}
	d.hand = c
}

// driftShare returns the current frame for another goroutine to inherit.
func driftShare(d *driftG) unsafe.Pointer {
	for {
		p := driftTop(d)
		if p == nil || !driftOwn(p) {
			return p
		}
		f := (*driftFrame)(p)
		s := driftShareOf(f)
		if s.shared != 0 {
			return driftInherited(s)
		}
		atomic.Store8(&s.shared, 1)
		// End looks at shared after it set ended. If that was before shared
		// was set, nothing stands in for the span, and f is passed by.
		if atomic.Load(&f.ended) == 0 {
			return driftInherited(s)
		}
	}
}

// driftShareOf returns a frame's share. Any goroutine may ask for that of a
// root; others ask for a frame of their own.
func driftShareOf(f *driftFrame) *driftFrame {
	if s := driftLoad(&f.share); s != nil {
		return s
	}
	s := &driftFrame{held: f.held, flags: f.flags}
	s.share = s
	s.root = s
	if f.root != f {
		s.root = driftShareOf(f.root)
	}
	at := (*unsafe.Pointer)(unsafe.Pointer(&f.share))
	atomicwb(at, unsafe.Pointer(s))
	if !atomic.Casp1(at, nil, unsafe.Pointer(s)) {
		return driftLoad(&f.share)
	}
	if e := atomic.Load(&f.ended); e != 0 {
		// End may have looked for a share before there was one.
		if atomic.Cas(&s.ended, 0, e) {
			s.held = nil
		}
	}
	return s
}

func driftLoad(p **driftFrame) *driftFrame {
	return (*driftFrame)(atomic.Loadp(unsafe.Pointer(p)))
}

// driftSystem takes the mark down behind a spawn that newproc1 counts as one of
// a system goroutine, for its function is the runtime's, unless the runtime
// itself made it: that may be in the midst of a user's go statement, to
// collect garbage, and the mark is meant for that statement's.
func driftSystem(gp *g, callerpc uintptr) {
	if gp.drift.hand == nil {
		return
	}
	const own = "runtime."
	if name := funcname(findfunc(callerpc)); len(name) < len(own) || name[:len(own)] != own {
		gp.drift.hand = nil
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
	d.count--
	if f.flags&driftForeign != 0 {
		driftForeignOver(f)
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
		if floating == nil && (f.passed != 0 || which == driftFloatAny) && atomic.Load(&f.ended) == 0 {
			floating = f
		}
		driftUnlink(d, nil, f)
		if f != floating && f.flags&driftTaken != 0 {
			driftMessageOver(f)
		}
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
			if f.flags&driftTaken != 0 {
				driftMessageOver(f)
			}
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
		if f.passed != 0 && driftHolds != nil && driftHolds(ctx, f) {
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
	if f == nil || f.held != data || data == nil {
		return false
	}
	d.float = nil
	driftPush(d, f, flags)
	return true
}

// driftFloating returns the frame of the span started or handed back last on
// this goroutine, if nobody took it yet and it is open, and the span's words.
//
//go:linkname driftFloating
func driftFloating() (f *driftFrame, tab, data unsafe.Pointer) {
	if f = getg().drift.float; f != nil {
		if tab, data = driftWordsOf(f); data != nil {
			return f, tab, data
		}
	}
	return nil, nil, nil
}

// driftWordsOf returns the words of a frame's span, nil once it has ended.
//
//go:linkname driftWordsOf
func driftWordsOf(f *driftFrame) (tab, data unsafe.Pointer) {
	data = atomic.Loadp(unsafe.Pointer(&f.held))
	if data == nil || !driftOwn(data) || atomic.Load(&f.ended) != 0 {
		return nil, nil
	}
	return driftTab(f), data
}

// driftLeftOf returns what stands in for a frame's span that has ended, nil
// while that is open.
//
//go:linkname driftLeftOf
func driftLeftOf(f *driftFrame) unsafe.Pointer {
	data := atomic.Loadp(unsafe.Pointer(&f.held))
	if data == nil || driftOwn(data) {
		return nil
	}
	if raceenabled {
		raceacquire(unsafe.Pointer(f))
	}
	return unsafe.Add(data, -1)
}

// driftTab returns the type word of a frame's span.
func driftTab(f *driftFrame) unsafe.Pointer {
	if f.flags&driftWide != 0 {
		return (*driftWideFrame)(unsafe.Pointer(f)).spanTab
	}
	return driftSpanTab
}

// driftPushNew makes a frame current that was just made for a foreign span.
//
//go:linkname driftPushNew
func driftPushNew(f *driftFrame, flags uint32) { driftPush(&getg().drift, f, flags) }

func driftPush(d *driftG, f *driftFrame, flags uint32) {
	if atomic.Load(&f.ended) != 0 {
		return
	}
	f.passed = uint8(flags & (driftTransfer | driftByFunc))
	f.level = uint8(flags >> driftLevelShift)
	p := driftTop(d)
	d.seq++
	f.seq = d.seq
	f.prev = p
	d.slot = unsafe.Pointer(f)
	d.count++
	if d.count > d.limit {
		driftSweep(d)
	}
}

// driftSweep unlinks every ended own frame. It runs when the chain has doubled
// since it last ran, so a push costs O(1) amortised and a chain holds at most
// twice the spans now open, and a few.
func driftSweep(d *driftG) {
	n := uint32(0)
	last := &d.slot
	for p := d.slot; p != nil && driftOwn(p); {
		f := (*driftFrame)(p)
		p = f.prev
		if atomic.Load(&f.ended) != 0 {
			*last = p
			f.prev = nil
			continue
		}
		last = &f.prev
		n++
	}
	d.count = n
	d.limit = 2*n + 8
}

// driftStarted notes the frame of a span the SDK just started on this
// goroutine. It is not current yet: the call site decides for how long it is.
// If under, its parent's frame or nil, is current here, so that the span was
// started where that one was, driftStarted returns it, or its alias: what the
// span's context does not say of the baggage, that one's does.
//
//go:linkname driftStarted
func driftStarted(f, under *driftFrame) *driftFrame {
	d := &getg().drift
	d.float = f
	if under == nil || d.slot == nil {
		return nil
	}
	cur := driftFrameOf(d.slot)
	share := driftLoad(&under.share)
	if cur == under || cur == share {
		return under
	}
	if of := driftOf(cur); of == under || of == share {
		return cur
	}
	return nil
}

// driftOf returns whose alias a frame is; itself for any other.
//
//go:linkname driftOf
func driftOf(f *driftFrame) *driftFrame {
	if f.flags&driftAlias != 0 {
		return (*driftWideFrame)(unsafe.Pointer(f)).under
	}
	return f
}

// driftEnd marks a frame's span ended, from whatever goroutine, now being the
// wall clock's nanoseconds, or 0 where the caller doesn't have them at hand.
// If another goroutine may hold the frame's share, driftEnd returns that, and
// the caller calls driftClose with what stands in for the span.
//
//go:linkname driftEnd
func driftEnd(f *driftFrame, now int64) *driftFrame {
	tick := uint32(1)
	if f.root == f { // the linger of what it started is counted from here
		if now == 0 {
			now = driftNow()
		}
		tick = driftTick(now)
	}
	if !atomic.Cas(&f.ended, 0, tick) {
		return nil
	}
	d := &getg().drift
	if d.slot == unsafe.Pointer(f) {
		driftTop(d)
	}
	if d.float == f {
		d.float = nil
	}
	s := driftLoad(&f.share)
	if s == nil || s != f && !atomic.Cas(&s.ended, 0, tick) {
		return nil
	}
	if atomic.Load8(&s.shared) != 0 {
		return s
	}
	driftClose(s, nil)
	return nil
}

// driftClose lets go of the span of a share that ended, and puts closed in its
// place, which may be nil.
//
//go:linkname driftClose
func driftClose(f *driftFrame, closed unsafe.Pointer) {
	if raceenabled {
		racerelease(unsafe.Pointer(f))
	}
	if closed != nil {
		closed = unsafe.Add(closed, 1)
	}
	atomicstorep(unsafe.Pointer(&f.held), closed)
	if f.flags&driftWide != 0 {
		atomicstorep(unsafe.Pointer(&(*driftWideFrame)(unsafe.Pointer(f)).ctxData), nil)
	}
}

func driftNow() int64 {
	sec, nsec, _ := time_now()
	return sec*1e9 + int64(nsec)
}

// driftTickLength is a tick in nanoseconds: 32 bits of them are 13 years.
const driftTickLength = 1e8

// driftEpoch is when the switches were read.
var driftEpoch int64

// driftTick counts the ticks since driftEpoch, from 1.
func driftTick(now int64) uint32 {
	if now <= driftEpoch {
		return 1
	}
	return uint32((now-driftEpoch)/driftTickLength) + 1
}

// driftOver tells whether a local root ended longer than linger ago, to the
// tick. A linger shorter than that is none.
func driftOver(root *driftFrame) bool {
	if root.flags&driftLinked != 0 {
		return true
	}
	e := atomic.Load(&root.ended)
	if e == 0 || driftLinger < 0 {
		return false
	}
	return driftLinger < driftTickLength || int64(driftTick(driftNow())-e)*driftTickLength > driftLinger
}

// driftSpanTab is the type word of the SDK's recording spans. The SDK fills
// it in.
//
//go:linkname driftSpanTab
var driftSpanTab unsafe.Pointer

// driftCurrent returns the current frame, nil if there is none, and the words
// of its open span; or, with a nil tab, what stands in for the ended one. A
// frame whose local root has been over for longer than linger is detached: it
// is no parent any more.
//
//go:linkname driftCurrent
func driftCurrent() (f *driftFrame, tab, data unsafe.Pointer, detached bool) {
	d := &getg().drift
	if d.slot == nil {
		return nil, nil, nil, false
	}
	p := driftTop(d)
	if p == nil {
		return nil, nil, nil, false
	}
	f = driftFrameOf(p)
	of := driftOf(f)
	data = atomic.Loadp(unsafe.Pointer(&of.held))
	if data == nil {
		return nil, nil, nil, false
	}
	if driftOwn(data) {
		return f, driftTab(of), data, false
	}
	data = unsafe.Add(data, -1)
	if raceenabled {
		raceacquire(unsafe.Pointer(of))
	}
	return f, nil, data, driftOver(of.root)
}

// driftDetached tells whether the current frame is detached.
//
//go:linkname driftDetached
func driftDetached() bool {
	if getg().drift.slot == nil {
		return false
	}
	_, _, _, detached := driftCurrent()
	return detached
}

// driftContextOf returns the context that a recording span of the SDK was
// started with, and the frame it is under. The SDK fills it in.
//
//go:linkname driftContextOf
var driftContextOf func(span unsafe.Pointer) (tab, data unsafe.Pointer, under *driftFrame)

// driftContext returns the words of a frame's context, nil where there is none
// or its span has ended, and the frame it is under. An alias keeps its own.
//
//go:linkname driftContext
func driftContext(f *driftFrame) (tab, data unsafe.Pointer, under *driftFrame) {
	if f.flags&driftAlias != 0 {
		w := (*driftWideFrame)(unsafe.Pointer(f))
		return w.ctxTab, w.ctxData, nil
	}
	_, span := driftWordsOf(f)
	if span == nil {
		return nil, nil, nil
	}
	if f.flags&driftWide != 0 {
		w := (*driftWideFrame)(unsafe.Pointer(f))
		return w.ctxTab, atomic.Loadp(unsafe.Pointer(&w.ctxData)), w.under
	}
	return driftContextOf(span)
}
