package inject

import "unsafe"

// driftEnter returns the token that driftLeave takes.
func driftEnter() uint64 {
	d := &getg().drift
	d.float = nil
	return d.seq
}

// driftSeq returns the number of the newest push: the token that driftNext and
// driftLast take.
func driftSeq() uint64 { return getg().drift.seq }

// driftLast returns the number of the activation that a statement pushed, the token
// that driftDrop takes. before is driftSeq's from just before the statement;
// the result is 0 if it pushed none. What callees pushed in between is off the
// chain already, so that its number names no activation.
func driftLast(before uint64) uint64 {
	if seq := getg().drift.seq; seq != before {
		return seq
	}
	return 0
}

// driftDrop ends the extent of one activation, by its number: its span was given
// away, or its variable is about to hold another.
func driftDrop(token uint64) {
	d := &getg().drift
	if token == 0 || d.slot == nil {
		return
	}
	var above *driftActive
	for p := d.slot; p != nil && driftOwn(p); {
		f := (*driftActive)(p)
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

// driftUnlink takes an own activation out of d's chain. above is the one on top of
// it, or nil. Whoever inherited f must not hold what lies beneath it.
func driftUnlink(d *driftG, above, f *driftActive) {
	if above == nil {
		d.slot = f.prev
	} else {
		above.prev = f.prev
	}
	f.prev = nil
	d.count--
}

// driftForget lets go of the span of an activation that no goroutine will ask again,
// though it is open: its span may be collected, its finalizer run, as without us.
func driftForget(f *driftActive) {
	if f.flags == 0 && atomic.Load8(&f.shared) == 0 && atomic.Load(&f.ended) == 0 {
		f.held, f.ctxData, f.from = nil, nil, nil
	}
}

// driftLeave ends the extent of every own activation pushed since the token was
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

// Which open activation floats when a function's extents end.
const (
	driftFloatPassed = iota // the newest that its function hands to its caller
	driftFloatAny           // the newest
)

// driftUnwind empties d's chain down to the token and returns what floats.
func driftUnwind(d *driftG, token uint64, which int) *driftActive {
	var floating *driftActive
	for p := d.slot; p != nil && driftOwn(p); p = d.slot {
		f := (*driftActive)(p)
		if f.seq <= token {
			break
		}
		if floating == nil && (f.passed&driftPushTransfer != 0 || which == driftFloatAny) && !driftHasEnded(f) {
			floating = f
		}
		driftUnlink(d, nil, f)
		if f != floating {
			driftLeft(d, f)
		}
	}
	return floating
}

// driftLeft says that the extent of an activation has ended, for good.
func driftLeft(d *driftG, f *driftActive) {
	switch {
	case f.flags&driftIsCarried != 0:
		driftSpare(d, f)
	case f.flags&driftIsMessage != 0:
		driftEndMessage(f)
	default:
		driftForget(f)
	}
}

// driftNext ends the extent of the activations pushed since the token was taken
// whose variables live no longer than the loop at this level: the body of one
// is left, or about to run again.
func driftNext(token uint64, level uint32) {
	d := &getg().drift
	if d.seq == token {
		return
	}
	var above *driftActive
	for p := d.slot; p != nil && driftOwn(p); {
		f := (*driftActive)(p)
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

func driftPushActive(d *driftG, f *driftActive, flags uint32) {
	if driftHasEnded(f) {
		return
	}
	f.passed = uint8(flags & (driftPushTransfer | driftPushByFunc | driftPushKept))
	f.level = uint8(flags >> driftPushLevel)
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

// driftSweep unlinks every ended own activation. It runs when the chain has doubled
// since it last ran, so a push costs O(1) amortised and a chain holds at most
// twice the spans now open, and a few.
func driftSweep(d *driftG) {
	n := uint32(0)
	last := &d.slot
	for p := d.slot; p != nil && driftOwn(p); {
		f := (*driftActive)(p)
		p = f.prev
		if driftHasEnded(f) {
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
