package inject

import "unsafe"

// driftWordsOf returns the words of an activation's span, or of what stands in for it
// once it has ended; nil for none.
func driftWordsOf(f *driftActive) (tab, data unsafe.Pointer) {
	data = atomic.Loadp(unsafe.Pointer(&f.held))
	switch {
	case data == nil:
		return nil, nil
	case !driftOwn(data):
		if raceenabled {
			raceacquire(unsafe.Pointer(f))
		}
		return driftClosedTab, unsafe.Add(data, -1)
	case f.flags&driftIsRemote != 0:
		return driftRemoteTab, data
	case f.flags&driftIsDropped != 0:
		return driftDropTab, data
	}
	return driftSpanTab, data
}

// driftOf returns whose alias an activation is; itself for any other.
func driftOf(f *driftActive) *driftActive {
	if f.flags&driftIsAlias != 0 {
		return (*driftActiveAlias)(unsafe.Pointer(f)).under
	}
	return f
}

// The type words of what is in the slot, as a trace.Span. The SDK fills in those of
// its recording spans and of its dropped ones; package trace those of remote spans
// and of what stands in for an ended one.
var driftSpanTab unsafe.Pointer

var driftDropTab unsafe.Pointer

var driftRemoteTab unsafe.Pointer

var driftClosedTab unsafe.Pointer

// driftCurrent returns the current activation, nil if there is none, and the words of
// its span, or of what stands in for the ended one. An activation that expired is
// detached: it is no parent any more.
func driftCurrent() (f *driftActive, tab, data unsafe.Pointer, detached bool) {
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

func driftCurrentOf(d *driftG, p unsafe.Pointer) (f *driftActive, tab, data unsafe.Pointer, detached bool) {
	if p == nil {
		return nil, nil, nil, false
	}
	f = driftActiveIn(p)
	of := driftOf(f)
	tab, data = driftWordsOf(of)
	if data == nil {
		return nil, nil, nil, false
	}
	switch {
	case !driftOwn(p):
		detached = driftExpired(of, d.since)
	case of.flags&driftIsLinked != 0 || driftUntag(p).flags&driftIsCarried != 0:
		detached = driftExpired(of, 0)
	}
	return f, tab, data, detached
}

// driftStarting is driftCurrent for the parent of a span about to be started by a
// provider's tracer, with a ctx of which the data word is given: the newest activation that
// is a parent for that provider, and what the call site said of the ctx counts, once.
func driftStarting(ctx, provider unsafe.Pointer) (f *driftActive, tab, data unsafe.Pointer, detached bool) {
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
	// The newest activation that will do, but below the oldest of those beside which the
	// span is started.
	var found unsafe.Pointer
	p := d.slot
	if !driftOnTop(p) {
		p = driftTop(d)
	}
	for ; p != nil && driftOwn(p); p = (*driftActive)(p).prev {
		f := (*driftActive)(p)
		if driftBeside(f, ctx) {
			found = nil
		} else if found == nil && f.seq <= before && driftParentFor(f, provider) && !driftHasEnded(f) {
			found = p
		} else if found == nil && f.flags&driftIsCarried != 0 {
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
// activation, because that one was started from the very same, which was kept. All empty
// contexts are the same.
func driftBeside(f *driftActive, ctx unsafe.Pointer) bool {
	return f.passed&driftPushKept != 0 && ctx != nil && ctx != unsafe.Pointer(&zerobase) && atomic.Loadp(unsafe.Pointer(&f.from)) == ctx
}

func driftParentFor(f *driftActive, provider unsafe.Pointer) bool {
	return f.provider == nil || f.provider == provider
}

// driftContext returns the words of an activation's context, nil where there is none or
// its span has ended. An alias keeps its own.
func driftContext(f *driftActive) (tab, data unsafe.Pointer) {
	return f.ctxTab, atomic.Loadp(unsafe.Pointer(&f.ctxData))
}
