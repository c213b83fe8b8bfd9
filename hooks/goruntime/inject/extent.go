package inject

import "unsafe"

// driftBetween ends the extent of the frames that a statement left on the chain,
// by the numbers of the newest push before it and behind it.
//
//go:linkname driftBetween
func driftBetween(from, to uint64) {
	d := &getg().drift
	if from == to || d.slot == nil {
		return
	}
	var above *driftFrame
	for p := d.slot; p != nil && driftOwn(p); {
		f := (*driftFrame)(p)
		if f.seq <= from {
			return
		}
		p = f.prev
		if f.seq <= to {
			driftUnlink(d, above, f)
			driftLeft(f)
		} else {
			above = f
		}
	}
}

// driftRange is what a function keeps of its loop over a func. The iterator and
// the loop's body run on one goroutine, in turn, and each has frames of its own
// above what was there before the loop: while one runs, the other's are put by.
type driftRange struct {
	base  uint64 // the newest push before the loop
	g     unsafe.Pointer
	other unsafe.Pointer // the frames put by, the newest first
	in    bool           // the body runs
}

// driftRanging is woven in before the loop.
//
//go:linkname driftRanging
func driftRanging(r *driftRange) {
	gp := getg()
	r.base, r.g, r.other, r.in = gp.drift.seq, unsafe.Pointer(gp), nil, false
}

// driftYielded is woven in where the loop's body begins. An iterator may call it
// on a goroutine of its own: what is current there is nothing to the body.
//
//go:linkname driftYielded
func driftYielded(r *driftRange) {
	if r.in { // left by a way that could not say so
		driftResumed(r)
	}
	r.in = true
	driftSwap(r)
}

// driftResumed is woven in where the loop's body is left.
//
//go:linkname driftResumed
func driftResumed(r *driftRange) {
	if r.in {
		r.in = false
		driftSwap(r)
	}
}

// driftRanged is woven in behind the loop.
//
//go:linkname driftRanged
func driftRanged(r *driftRange) {
	if !r.in {
		driftSwap(r)
	}
	r.in, r.other = false, nil
}

// driftSwap puts by what one side of a loop over a func has on the chain, and
// brings back the other's.
func driftSwap(r *driftRange) {
	gp := getg()
	d := &gp.drift
	if unsafe.Pointer(gp) != r.g {
		d.slot, r.other = r.other, d.slot
		return
	}
	other := r.other
	if p := d.slot; p == nil || !driftOwn(p) || (*driftFrame)(p).seq <= r.base {
		if other == nil {
			return
		}
		r.other = nil
	} else {
		bottom := driftBottom(p, r.base)
		d.slot, bottom.prev = bottom.prev, nil
		r.other = p
	}
	if other != nil {
		driftBottom(other, r.base).prev = d.slot
		d.slot = other
	}
}

// driftBottom returns the oldest frame of a chain that is newer than base.
func driftBottom(p unsafe.Pointer, base uint64) *driftFrame {
	f := (*driftFrame)(p)
	for f.prev != nil && driftOwn(f.prev) && (*driftFrame)(f.prev).seq > base {
		f = (*driftFrame)(f.prev)
	}
	return f
}

// driftElder returns the number of the newest push before a span is started that
// may get siblings: the token that driftStartBefore takes. It is never 0, which
// would mean that there is no parent, not even an inherited one.
//
//go:linkname driftElder
func driftElder() uint64 {
	d := &getg().drift
	if d.seq == 0 {
		d.seq = 1
	}
	return d.seq
}

// driftStartBefore says of the Start that follows, which is given the context
// with this data word, that its parent is what was current when driftElder
// returned the token: it is a sibling of what was started then. A token that was
// never set says nothing.
//
//go:linkname driftStartBefore
func driftStartBefore(ctx unsafe.Pointer, token uint64) {
	if token != 0 {
		d := &getg().drift
		d.forCtx, d.before = ctx, token
	}
}

// driftStartRoot says of the Start that follows that it is a root: who has a
// context with a span at hand and gives none means that.
//
//go:linkname driftStartRoot
func driftStartRoot(ctx unsafe.Pointer) {
	d := &getg().drift
	d.forCtx, d.before = ctx, 0
}
