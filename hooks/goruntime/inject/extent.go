package inject

import "unsafe"

// driftBetween ends the extent of the activations that a statement left on the chain,
// by the numbers of the newest push before it and behind it.
func driftBetween(from, to uint64) {
	d := &getg().drift
	if from == to || d.slot == nil {
		return
	}
	var above *driftActive
	for p := d.slot; p != nil && driftOwn(p); {
		f := (*driftActive)(p)
		if f.seq <= from {
			return
		}
		p = f.prev
		if f.seq <= to {
			driftUnlink(d, above, f)
			driftLeft(d, f)
		} else {
			above = f
		}
	}
}

// driftRange is what a function keeps of its loop over a func. The iterator and
// the loop's body run on one goroutine, in turn, and each has activations of its own
// above what was there before the loop: while one runs, the other's are put by.
// But a message that the iterator has just received is for the body.
type driftRange struct {
	base        uint64 // the newest push before the loop
	g           unsafe.Pointer
	other       unsafe.Pointer // the activations put by, the newest first
	top, bottom unsafe.Pointer // of the iterator's messages, while the body runs
	in          bool           // it does
}

// driftRanging is woven in before the loop.
func driftRanging(r *driftRange) {
	gp := getg()
	*r = driftRange{base: gp.drift.seq, g: unsafe.Pointer(gp)}
}

// driftYielded is woven in where the loop's body begins. An iterator may call it
// on a goroutine of its own: what is current there is nothing to the body.
func driftYielded(r *driftRange) {
	if r.in { // left by a way that could not say so
		driftResumed(r)
	}
	r.in = true
	gp := getg()
	d := &gp.drift
	if unsafe.Pointer(gp) != r.g {
		d.slot, r.other = nil, d.slot
		return
	}
	p, body := d.slot, r.other
	var last *driftActive
	for driftAbove(p, r.base) && (*driftActive)(p).flags&driftIsMessage != 0 {
		last = (*driftActive)(p)
		p = last.prev
	}
	r.top, r.bottom, r.other = nil, nil, nil
	if last != nil {
		r.top, r.bottom = d.slot, unsafe.Pointer(last)
	}
	if driftAbove(p, r.base) {
		r.other = p
		f := driftBottom(p, r.base)
		p, f.prev = f.prev, nil
	}
	if body != nil {
		driftBottom(body, r.base).prev = p
		p = body
	}
	if last != nil {
		last.prev = p
	} else {
		d.slot = p
	}
}

// driftResumed is woven in where the loop's body is left.
func driftResumed(r *driftRange) {
	if !r.in {
		return
	}
	r.in = false
	gp := getg()
	d := &gp.drift
	if unsafe.Pointer(gp) != r.g {
		d.slot, r.other = r.other, nil
		return
	}
	iterator := r.other
	r.other = nil
	// What the body has left, without the iterator's messages among it.
	var body, messages *driftActive
	p := d.slot
	for driftAbove(p, r.base) {
		f := (*driftActive)(p)
		p = f.prev
		if unsafe.Pointer(f) == r.top {
			messages = (*driftActive)(r.bottom)
			p, messages.prev = messages.prev, nil
			continue
		}
		if body == nil {
			r.other = unsafe.Pointer(f)
		} else {
			body.prev = unsafe.Pointer(f)
		}
		body = f
	}
	if body != nil {
		body.prev = nil
	}
	if iterator != nil {
		driftBottom(iterator, r.base).prev = p
		p = iterator
	}
	if messages != nil {
		messages.prev = p
		p = r.top
	}
	d.slot = p
	r.top, r.bottom = nil, nil
}

// driftRanged is woven in behind the loop. What the iterator has left is over.
func driftRanged(r *driftRange) {
	gp := getg()
	d := &gp.drift
	if r.in || unsafe.Pointer(gp) != r.g {
		*r = driftRange{}
		return
	}
	p := d.slot
	for driftAbove(p, r.base) {
		f := (*driftActive)(p)
		p, f.prev = f.prev, nil
	}
	if r.other != nil {
		driftBottom(r.other, r.base).prev = p
		p = r.other
	}
	d.slot = p
	*r = driftRange{}
}

// driftAbove reports whether a slot value is an activation of the goroutine's own that is
// newer than base.
func driftAbove(p unsafe.Pointer, base uint64) bool {
	return p != nil && driftOwn(p) && (*driftActive)(p).seq > base
}

// driftBottom returns the oldest activation of a chain that is newer than base.
func driftBottom(p unsafe.Pointer, base uint64) *driftActive {
	f := (*driftActive)(p)
	for driftAbove(f.prev, base) {
		f = (*driftActive)(f.prev)
	}
	return f
}

// driftElder returns the number of the newest push before a span is started that
// may get siblings: the token that driftStartBefore takes. It is never 0, which
// would mean that there is no parent, not even an inherited one.
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
func driftStartBefore(ctx unsafe.Pointer, token uint64) {
	if token != 0 {
		d := &getg().drift
		d.forCtx, d.before = ctx, token
	}
}

// driftStartRoot says of the Start that follows that it is a root: who has a
// context with a span at hand and gives none means that.
func driftStartRoot(ctx unsafe.Pointer) {
	d := &getg().drift
	d.forCtx, d.before = ctx, 0
}
