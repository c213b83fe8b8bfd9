package inject

import "unsafe"

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
		if f.passed&driftPushByFunc != 0 {
			driftPushActive(d, f, flags)
		}
	}
}

// driftTakeCtx makes the span current that the call just made handed back
// through its context, which reports whether it is the one left floating.
func driftTakeCtx(ctx any, flags uint32) {
	d := &getg().drift
	if f := d.float; f != nil {
		d.float = nil
		if f.passed&driftPushTransfer != 0 && driftHolds != nil && driftHolds(ctx, f) {
			driftPushActive(d, f, flags)
		}
	}
}

// driftClaim makes the floating activation current if data is its span's data word.
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
	driftPushActive(d, f, flags)
	return true
}

// driftClaimAny makes the floating activation current, whatever its span: what the call
// returned is a decorator around that.
func driftClaimAny(flags uint32) {
	d := &getg().drift
	if f := d.float; f != nil {
		d.float = nil
		driftPushActive(d, f, flags)
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

// driftUse makes a span current that was started elsewhere, and whose data word and
// activation are given, unless it is on this goroutine. Its activation is another goroutine's: an
// alias stands for it.
func driftUse(f *driftActive, span unsafe.Pointer, flags uint32) {
	d := &getg().drift
	for p := driftTop(d); p != nil; p = (*driftActive)(p).prev {
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
	a := &driftActiveAlias{under: f}
	a.root, a.provider, a.flags = f.root, f.provider, driftIsAlias
	a.ctxTab, a.ctxData = f.ctxTab, atomic.Loadp(unsafe.Pointer(&f.ctxData))
	driftPushActive(d, &a.driftActive, flags)
}

// driftStarted notes the activation of a span the SDK just started on this
// goroutine. It is not current yet: the call site decides for how long it is.
func driftStarted(f *driftActive) {
	d := &getg().drift
	d.float, d.forCtx = f, nil
}
