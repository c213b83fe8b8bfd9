package inject

import "unsafe"

// driftHasEnded reports whether an activation's span has ended.
func driftHasEnded(f *driftActive) bool {
	return f.flags&driftIsCarried == 0 && atomic.Load(&driftOf(f).ended) != 0
}

// driftEnd marks an activation's span ended, from whatever goroutine, and lets go of the
// span and its context. If another goroutine may hold the activation, driftEnd says so
// instead, and the caller calls driftClose with what stands in for the span.
func driftEnd(f *driftActive) (shared bool) {
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

// driftClose lets go of the span of an activation that ended, and puts closed in its
// place, which may be nil. A dropped span is what is left of itself.
func driftClose(f *driftActive, closed unsafe.Pointer) {
	// What is let go of may be read at the same time, as a whole and by an atomic load.
	// No order is needed between these, and package runtime's plain stores are whole.
	switch {
	case closed != nil:
		if raceenabled {
			racerelease(unsafe.Pointer(f))
		}
		atomicstorep(unsafe.Pointer(&f.held), unsafe.Add(closed, 1))
	case f.flags&driftIsDropped == 0:
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
func driftExpired(f *driftActive, since uint64) bool {
	if f.flags&driftIsLinked != 0 {
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
