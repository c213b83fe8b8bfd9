package inject

import "unsafe"

// driftG is the field woven into runtime.g.
//
// A slot value is nil, a frame of this goroutine's own (started here), or a
// frame it inherited, told apart by the lowest bit: an own frame is a pointer
// to its first byte, an inherited one a pointer to its second. Both keep the
// frame alive, and copying the context to another goroutine stays one word.
type driftG struct {
	slot    unsafe.Pointer // the ambient context
	since   uint64         // when what the goroutine inherited was handed on, as driftClock counts; 0: it was adopted
	hand    unsafe.Pointer // what the next go statement hands on: the mark
	handed  uint64         // and its since
	float   *driftFrame    // started or returned by a callee, not yet taken by a caller
	forCtx  unsafe.Pointer // the data word of the ctx that the Start about to be called is given
	before  uint64         // the number that its parent must not exceed; 0: there is none
	seq     uint64         // pushes so far on this g; only ever grows
	barrier uint64         // seq when what hands nothing on began last
	count   uint32         // own frames in the chain, ended ones included
	limit   uint32         // count at which the chain is next swept
	once    uint32         // depth of functions being run that hand nothing on
	lent    uint32         // of a coroutine: how much of that is its resumer's
	coro    uintptr        // the coroutine that this goroutine was made for, or 0

	sent  unsafe.Pointer   // what a channel operation that is under way sends
	got   unsafe.Pointer   // what the last receive brought, if fresh says so
	spare *driftAliasFrame // for the next receive
	fresh uint8            // what the last receive was: driftCame, driftNobody
	mute  uint8            // what is sent now, is sent under none
}

func driftOwn(p unsafe.Pointer) bool { return uintptr(p)&1 == 0 }

// driftUntag returns the frame of a slot value, own or inherited.
func driftUntag(p unsafe.Pointer) *driftFrame {
	if !driftOwn(p) {
		p = unsafe.Add(p, -1)
	}
	return (*driftFrame)(p)
}

func driftTagged(f *driftFrame) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(f), 1)
}

// driftTop drops ended own frames from the top of d's chain and returns what
// is current then: the newest open own frame, else the inherited one, else nil.
func driftTop(d *driftG) unsafe.Pointer {
	p := d.slot
	for p != nil && driftOwn(p) {
		f := (*driftFrame)(p)
		if !driftOver(f) {
			break
		}
		p = f.prev
		f.prev = nil // whoever inherited f must not hold what lay beneath it
		d.count--
	}
	d.slot = p
	return p
}

// driftOnTop reports whether a slot value is what driftTop returns, as far as that is
// told at once, and by code that is inlined.
func driftOnTop(p unsafe.Pointer) bool {
	return p == nil || uintptr(p)&1 != 0 || (*driftFrame)(p).ended|uint32((*driftFrame)(p).flags) == 0
}

// driftMark raises the mark: the next go statement of this goroutine hands
// the current frame to the goroutine it starts. Woven in before each spawn
// site in scope. A goroutine born inside a sync.Once is a daemon by nature: it
// inherits only what was started in there.
func driftMark() {
	d := &getg().drift
	if d.slot == nil {
		return
	}
	c, since := driftHandOn(d)
	if driftState == driftLogging {
		driftLog("inherit", c)
	}
	d.hand, d.handed = c, since
}

// driftHandOn returns what d's goroutine hands on, and since when it has been
// inherited: from now on where the span is its own, or was adopted.
func driftHandOn(d *driftG) (c unsafe.Pointer, since uint64) {
	c = driftShare(d)
	if c == nil {
		return nil, 0
	}
	if driftOwn(d.slot) || d.since == 0 {
		return c, driftClock()
	}
	return c, d.since
}

// driftShare returns the current frame for another goroutine to inherit.
func driftShare(d *driftG) unsafe.Pointer {
	for {
		p := driftTop(d)
		if p == nil {
			return nil
		}
		if !driftOwn(p) {
			if d.once != 0 {
				return nil
			}
			return p
		}
		f := (*driftFrame)(p)
		if d.once != 0 && f.seq <= d.barrier {
			return nil
		}
		if f.flags&driftCarried != 0 {
			return f.held
		}
		if driftShared(f) {
			return driftTagged(f)
		}
		// It ended meanwhile, on another goroutine.
	}
}

// driftShared notes that another goroutine may hold a frame, and reports whether
// its span is open still. End looks at shared after it set ended: if that was
// before shared was set, nothing stands in for the span, and it is passed by.
func driftShared(f *driftFrame) bool {
	if atomic.Load8(&f.shared) == 0 {
		atomic.Store8(&f.shared, 1)
	}
	root := f.root
	if root != f {
		if atomic.Load8(&root.shared) == 0 {
			atomic.Store8(&root.shared, 1)
		}
		// A root that ended when nobody could have inherited noted no time: the
		// linger counts from now.
		if atomic.Load(&root.ended) == driftSometime {
			atomic.Cas(&root.ended, driftSometime, driftTick())
		}
	}
	return !driftOver(f)
}

// driftOver reports whether a frame's span has ended.
func driftOver(f *driftFrame) bool {
	return f.flags&driftCarried == 0 && atomic.Load(&driftOf(f).ended) != 0
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
func driftEnter() uint64 {
	d := &getg().drift
	d.float = nil
	return d.seq
}

// driftSeq returns the number of the newest push: the token that driftNext and
// driftLast take.
func driftSeq() uint64 { return getg().drift.seq }

// driftLast returns the number of the frame that a statement pushed, the token
// that driftDrop takes. before is driftSeq's from just before the statement;
// the result is 0 if it pushed none. What callees pushed in between is off the
// chain already, so that its number names no frame.
func driftLast(before uint64) uint64 {
	if seq := getg().drift.seq; seq != before {
		return seq
	}
	return 0
}

// driftDrop ends the extent of one frame, by its number: its span was given
// away, or its variable is about to hold another.
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
				driftLeft(d, f)
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
}

// driftForget lets go of the span of a frame that no goroutine will ask again,
// though it is open: its span may be collected, its finalizer run, as without us.
func driftForget(f *driftFrame) {
	if f.flags == 0 && atomic.Load8(&f.shared) == 0 && atomic.Load(&f.ended) == 0 {
		f.held, f.ctxData, f.from = nil, nil, nil
	}
}

// driftLeave ends the extent of every own frame pushed since the token was
// taken. The newest open one that its function hands to its caller floats
// until the caller takes it, right after the call; else it is lost. Nothing
// that a callee left floating outlives the function.
func driftLeave(token uint64) {
	d := &getg().drift
	if d.seq != token {
		d.float = driftUnwind(d, token, driftFloatPassed)
	}
}

// driftLeaveLib is driftLeave for a function outside the user's own code. A
// span left open floats: should it be returned to own code, it is known again
// by its identity.
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
		if floating == nil && (f.passed&driftTransfer != 0 || which == driftFloatAny) && !driftOver(f) {
			floating = f
		}
		driftUnlink(d, nil, f)
		if f != floating {
			driftLeft(d, f)
		}
	}
	return floating
}

// driftLeft says that the extent of a frame has ended, for good.
func driftLeft(d *driftG, f *driftFrame) {
	switch {
	case f.flags&driftCarried != 0:
		driftSpare(d, f)
	case f.flags&driftTaken != 0:
		driftMessageOver(f)
	default:
		driftForget(f)
	}
}

// driftNext ends the extent of the frames pushed since the token was taken
// whose variables live no longer than the loop at this level: the body of one
// is left, or about to run again.
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
			driftLeft(d, f)
		} else {
			above = f
		}
	}
}

// driftPre is woven in before a call that may hand back a span started by its
// callee, so that what an earlier call left floating is not taken for its own.
func driftPre() {
	if d := &getg().drift; d.float != nil {
		d.float = nil
	}
}

// driftTake makes the span current that the call just made handed back
// through its func. Code that is not woven may lie between this call and
// whoever left the span floating, and keep it: that much can be told, whether
// that one had nothing but a func to hand on.
func driftTake(flags uint32) {
	d := &getg().drift
	if f := d.float; f != nil {
		d.float = nil
		if f.passed&driftByFunc != 0 {
			driftPushFrame(d, f, flags)
		}
	}
}

// driftTakeCtx makes the span current that the call just made handed back
// through its context, which tells whether it is the one left floating.
func driftTakeCtx(ctx any, flags uint32) {
	d := &getg().drift
	if f := d.float; f != nil {
		d.float = nil
		if f.passed&driftTransfer != 0 && driftHolds != nil && driftHolds(ctx, f) {
			driftPushFrame(d, f, flags)
		}
	}
}

// driftClaim makes the floating frame current if data is its span's data word.
func driftClaim(data unsafe.Pointer, flags uint32) bool {
	d := &getg().drift
	if d.forCtx != nil { // of a tracer that is not the SDK's
		d.forCtx = nil
	}
	f := d.float
	if f == nil || f.held != data || data == nil {
		return false
	}
	d.float = nil
	driftPushFrame(d, f, flags)
	return true
}

// driftClaimAny makes the floating frame current, whatever its span: what the call
// returned is a decorator around that.
func driftClaimAny(flags uint32) {
	d := &getg().drift
	if f := d.float; f != nil {
		d.float = nil
		driftPushFrame(d, f, flags)
	}
}

// driftDecorates reports whether a value, a trace.Span, is a decorator around the span
// that was started or handed back last on this goroutine: whether one of its words
// is that span's data word. Its own code is not asked.
func driftDecorates(span any) bool {
	f := getg().drift.float
	if f == nil {
		return false
	}
	held := atomic.Loadp(unsafe.Pointer(&f.held))
	w := (*driftEface)(unsafe.Pointer(&span))
	if held == nil || !driftOwn(held) || w.data == nil {
		return false
	}
	t := (*_type)(w.typ)
	const pointer = 22 // internal/abi's
	if t.Kind() == pointer {
		t = t.Elem()
	}
	const most = 64 // words of a decorator that are looked at
	for i := uintptr(0); i < t.Size()/unsafe.Sizeof(i) && i < most; i++ {
		if *(*uintptr)(unsafe.Add(w.data, i*unsafe.Sizeof(i))) == uintptr(held) {
			return true
		}
	}
	return false
}

// driftEface is an empty interface's two words.
type driftEface struct{ typ, data unsafe.Pointer }

// driftWordsOf returns the words of a frame's span, or of what stands in for it
// once it has ended; nil for none.
func driftWordsOf(f *driftFrame) (tab, data unsafe.Pointer) {
	data = atomic.Loadp(unsafe.Pointer(&f.held))
	switch {
	case data == nil:
		return nil, nil
	case !driftOwn(data):
		if raceenabled {
			raceacquire(unsafe.Pointer(f))
		}
		return driftClosedTab, unsafe.Add(data, -1)
	case f.flags&driftDistant != 0:
		return driftRemoteTab, data
	case f.flags&driftDropped != 0:
		return driftDropTab, data
	}
	return driftSpanTab, data
}

// driftUse makes a span current that was started elsewhere, and whose data word and
// frame are given, unless it is on this goroutine. Its frame is another goroutine's: an
// alias stands for it.
func driftUse(f *driftFrame, span unsafe.Pointer, flags uint32) {
	d := &getg().drift
	for p := driftTop(d); p != nil; p = (*driftFrame)(p).prev {
		if driftOf(driftUntag(p)) == f {
			return
		}
		if !driftOwn(p) {
			break
		}
	}
	if !driftSharing(f, span) {
		return
	}
	a := &driftAliasFrame{under: f}
	a.root, a.provider, a.flags = f.root, f.provider, driftAlias
	a.ctxTab, a.ctxData = f.ctxTab, atomic.Loadp(unsafe.Pointer(&f.ctxData))
	driftPushFrame(d, &a.driftFrame, flags)
}

func driftPushFrame(d *driftG, f *driftFrame, flags uint32) {
	if driftOver(f) {
		return
	}
	f.passed = uint8(flags & (driftTransfer | driftByFunc | driftKept))
	f.level = uint8(flags >> driftLevelShift)
	p := d.slot
	if !driftOnTop(p) {
		p = driftTop(d)
	}
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
		if driftOver(f) {
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
func driftStarted(f *driftFrame) {
	d := &getg().drift
	d.float, d.forCtx = f, nil
}

// driftOf returns whose alias a frame is; itself for any other.
func driftOf(f *driftFrame) *driftFrame {
	if f.flags&driftAlias != 0 {
		return (*driftAliasFrame)(unsafe.Pointer(f)).under
	}
	return f
}

// driftEnd marks a frame's span ended, from whatever goroutine, and lets go of the
// span and its context. If another goroutine may hold the frame, driftEnd says so
// instead, and the caller calls driftClose with what stands in for the span.
func driftEnd(f *driftFrame) (shared bool) {
	tick := uint32(driftSometime)
	if atomic.Load8(&f.shared) != 0 && f.root == f { // the linger of what it started is counted from here
		tick = driftTick()
	}
	if !atomic.Cas(&f.ended, 0, tick) {
		return false
	}
	d := &getg().drift
	if d.slot == unsafe.Pointer(f) {
		driftTop(d)
	}
	if d.float == f {
		d.float = nil
	}
	if atomic.Load8(&f.shared) != 0 {
		return true
	}
	driftClose(f, nil)
	return false
}

// driftClose lets go of the span of a frame that ended, and puts closed in its
// place, which may be nil. A dropped span is what is left of itself.
func driftClose(f *driftFrame, closed unsafe.Pointer) {
	// What is let go of may be read at the same time, as a whole and by an atomic load.
	// No order is needed between these, and package runtime's plain stores are whole.
	switch {
	case closed != nil:
		if raceenabled {
			racerelease(unsafe.Pointer(f))
		}
		atomicstorep(unsafe.Pointer(&f.held), unsafe.Add(closed, 1))
	case f.flags&driftDropped == 0:
		f.held = nil
	}
	f.ctxData, f.from = nil, nil
}

// driftTickLength is a tick in nanoseconds: 32 bits of them are 13 years.
const driftTickLength = 1e8

// driftSometime is the tick of a span that ended when nobody cared.
const driftSometime = 1

// driftEpoch and driftEpochTicks are when the switches were read, by the monotonic
// clock and by the processor's.
var (
	driftEpoch      int64
	driftEpochTicks int64
)

// driftTick counts the ticks since driftEpoch, from 2. It is the process's clock,
// whatever a synctest bubble's says.
func driftTick() uint32 {
	now := nanotime()
	if now <= driftEpoch {
		return driftSometime + 1
	}
	return uint32((now-driftEpoch)/driftTickLength) + driftSometime + 1
}

// driftClock reads a clock that costs a few instructions, and is never 0.
func driftClock() uint64 { return uint64(cputicks())>>8 | 1 }

// driftExpired reports whether what this goroutine inherited is a parent no more:
// its local root ended longer than linger ago, to the tick (a linger shorter than
// that is none), or it was inherited longer than hold ago. In a synctest bubble
// time stands still.
func driftExpired(f *driftFrame, since uint64) bool {
	if f.flags&driftLinked != 0 {
		return true
	}
	if getg().bubble != nil {
		return false
	}
	if e := atomic.Load(&f.root.ended); e > driftSometime && driftLinger >= 0 {
		if driftLinger < driftTickLength || int64(driftTick()-e)*driftTickLength > driftLinger {
			return true
		}
	}
	return driftHold >= 0 && since != 0 && driftHeld(since) > driftHold
}

// driftHeld returns how long ago, in nanoseconds, driftClock said since.
func driftHeld(since uint64) int64 {
	now := driftClock()
	if now <= since || driftEpoch == 0 {
		return 0
	}
	rate := driftRate
	if rate == 0 {
		ticks, ns := cputicks()-driftEpochTicks, nanotime()-driftEpoch
		if ticks <= 0 || ns <= 0 {
			return 0
		}
		rate = float64(ns) / float64(ticks)
		if ns > 1e9 {
			driftRate = rate // whoever writes it comes to nearly the same
		}
	}
	return int64(float64(now-since) * 256 * rate)
}

// driftRate is how many nanoseconds one of cputicks' takes, 0 until it is known.
var driftRate float64

// The type words of what is in the slot, as a trace.Span. The SDK fills in those of
// its recording spans and of its dropped ones; package trace those of remote spans
// and of what stands in for an ended one.
var driftSpanTab unsafe.Pointer

var driftDropTab unsafe.Pointer

var driftRemoteTab unsafe.Pointer

var driftClosedTab unsafe.Pointer

// driftCurrent returns the current frame, nil if there is none, and the words of
// its span, or of what stands in for the ended one. A frame that expired is
// detached: it is no parent any more.
func driftCurrent() (f *driftFrame, tab, data unsafe.Pointer, detached bool) {
	d := &getg().drift
	if d.slot == nil {
		return nil, nil, nil, false
	}
	p := d.slot
	if !driftOnTop(p) {
		p = driftTop(d)
	}
	return driftCurrentOf(d, p)
}

func driftCurrentOf(d *driftG, p unsafe.Pointer) (f *driftFrame, tab, data unsafe.Pointer, detached bool) {
	if p == nil {
		return nil, nil, nil, false
	}
	f = driftFrameIn(p)
	of := driftOf(f)
	tab, data = driftWordsOf(of)
	if data == nil {
		return nil, nil, nil, false
	}
	switch {
	case !driftOwn(p):
		detached = driftExpired(of, d.since)
	case of.flags&driftLinked != 0 || driftUntag(p).flags&driftCarried != 0:
		detached = driftExpired(of, 0)
	}
	return f, tab, data, detached
}

// driftStarting is driftCurrent for the parent of a span about to be started by a
// provider's tracer, with a ctx of which the data word is given: the newest frame that
// is a parent for that provider, and what the call site said of the ctx counts, once.
func driftStarting(ctx, provider unsafe.Pointer) (f *driftFrame, tab, data unsafe.Pointer, detached bool) {
	d := &getg().drift
	before := ^uint64(0)
	if d.forCtx != nil {
		if d.forCtx == ctx {
			before = d.before
		}
		d.forCtx, d.before = nil, 0
	}
	if d.slot == nil || before == 0 {
		return nil, nil, nil, false
	}
	// The newest frame that will do, but below the oldest of those beside which the
	// span is started.
	var found unsafe.Pointer
	p := d.slot
	if !driftOnTop(p) {
		p = driftTop(d)
	}
	for ; p != nil && driftOwn(p); p = (*driftFrame)(p).prev {
		f := (*driftFrame)(p)
		if driftBeside(f, ctx) {
			found = nil
		} else if found == nil && f.seq <= before && driftParentFor(f, provider) && !driftOver(f) {
			found = p
		} else if found == nil && f.flags&driftCarried != 0 {
			return nil, nil, nil, false // another provider's work, or what came before it
		}
	}
	if p != nil {
		f := driftOf(driftUntag(p))
		if driftBeside(f, ctx) {
			return nil, nil, nil, false
		}
		if found == nil && driftParentFor(f, provider) {
			found = p
		}
	}
	return driftCurrentOf(d, found)
}

// driftBeside reports whether a span that is started from a ctx is beside that of a
// frame, because that one was started from the very same, which was kept. All empty
// contexts are the same.
func driftBeside(f *driftFrame, ctx unsafe.Pointer) bool {
	return f.passed&driftKept != 0 && ctx != nil && ctx != unsafe.Pointer(&zerobase) && atomic.Loadp(unsafe.Pointer(&f.from)) == ctx
}

func driftParentFor(f *driftFrame, provider unsafe.Pointer) bool {
	return f.provider == nil || f.provider == provider
}

// driftContext returns the words of a frame's context, nil where there is none or
// its span has ended. An alias keeps its own.
func driftContext(f *driftFrame) (tab, data unsafe.Pointer) {
	return f.ctxTab, atomic.Loadp(unsafe.Pointer(&f.ctxData))
}
