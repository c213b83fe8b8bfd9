package inject

import "unsafe"

// driftCapture returns the current context for a func that is handed over, to
// be run later or elsewhere. False means that the func is to run as it is: it
// was handed over under none, and what runs it will be under none, unless it
// may be stale, as the caller knows. As long as no span was ever started in
// this process, nothing is.
func driftCapture(stale bool) (c unsafe.Pointer, ok bool) {
	d := &getg().drift
	if d.slot != nil {
		c = driftShare(d)
		if driftState == driftLogging {
			driftLog("bind", c)
		}
	}
	return c, c != nil || stale && atomic.Load(&driftState) != 0
}

// driftAttach makes a captured context, or none, the current one, and returns
// what driftDetach takes to bring back what was there before: the slot, since
// when it has been inherited, and how many functions of its caller hand nothing on,
// which this one may. What is adopted does not expire by hold: it is current as long
// as what it is adopted for runs. In between, count misses the activations of before, or counts
// those that are left behind: the next sweep counts anew.
func driftAttach(c unsafe.Pointer) (old unsafe.Pointer, was uint64) {
	d := &getg().drift
	old, was = d.slot, d.since<<driftOnceBits|uint64(min(d.once, 1<<driftOnceBits-1))
	d.slot, d.since, d.once = c, 0, 0
	if driftState == driftLogging {
		driftLog("adopt", c)
	}
	return old, was
}

// driftOnceBits is how many bits of a token are for the depth.
const driftOnceBits = 8

func driftDetach(old unsafe.Pointer, was uint64) {
	d := &getg().drift
	d.slot, d.since, d.once = old, was>>driftOnceBits, uint32(was&(1<<driftOnceBits-1))
}

// driftSharing reports whether somebody's activation may be inherited by any goroutine,
// and sees to that: not so where its span has ended. span is the span's data word,
// which the activation may have let go of.
func driftSharing(f *driftActive, span unsafe.Pointer) bool {
	if !driftShared(f) {
		return false
	}
	if atomic.Loadp(unsafe.Pointer(&f.held)) == nil {
		atomicstorep(unsafe.Pointer(&f.held), span)
		if atomic.Load(&f.ended) != 0 { // End let go of it before
			atomicstorep(unsafe.Pointer(&f.held), nil)
			return false
		}
	}
	return true
}

// driftOpen reports whether the span of a captured context is open still.
func driftOpen(c unsafe.Pointer) bool {
	return c != nil && atomic.Load(&driftOf(driftUntag(c)).ended) == 0
}

// driftTakeMark takes the mark down and returns what it hands on. It is for
// functions that calls in scope raise the mark for.
func driftTakeMark() unsafe.Pointer {
	d := &getg().drift
	c := d.hand
	if c != nil {
		d.hand = nil
	}
	return c
}

// driftSetMark raises the mark with a captured context, or takes it down: the
// next go statement of this goroutine, which may be a thread's own, is in lieu
// of whoever captured that.
func driftSetMark(c unsafe.Pointer) {
	d := &getg().drift
	d.hand = c
	if c != nil {
		d.handed = driftClock()
	}
}

// driftSuppress and driftUnsuppress enclose what hands nothing on but what is started
// in it: a function that sync.Once runs, the start of a pool's worker. The one takes
// what the other returned.
func driftSuppress() (barrier uint64) {
	d := &getg().drift
	barrier = d.barrier
	d.once++
	d.barrier = d.seq
	return barrier
}

func driftUnsuppress(barrier uint64) {
	d := &getg().drift
	d.once--
	d.barrier = barrier
}

// driftResume makes a coroutine that is about to be resumed run under the
// context of whoever resumes it: its own open spans apart, which are newer. The
// other way, when the coroutine yields, nothing changes.
func driftResume(c *coro) {
	gp := getg()
	if gp.drift.coro == uintptr(unsafe.Pointer(c)) {
		return
	}
	next := c.gp.ptr()
	if next == nil {
		return
	}
	d := &next.drift
	d.once += gp.drift.once - d.lent
	d.lent = gp.drift.once
	if gp.drift.slot == nil && d.slot == nil {
		return
	}
	once := gp.drift.once
	gp.drift.once = 0
	base, since := driftHandOn(&gp.drift)
	gp.drift.once = once
	d.since = since
	if d.slot == nil || !driftOwn(d.slot) {
		d.slot = base
		return
	}
	f := (*driftActive)(d.slot)
	for f.prev != nil && driftOwn(f.prev) {
		f = (*driftActive)(f.prev)
	}
	f.prev = base
}

// driftTimerArg returns what the function of a timer is called with, nil for a
// timer with a channel.
func driftTimerArg(timer unsafe.Pointer) any {
	t := (*timeTimer)(timer)
	if t.isChan {
		return nil
	}
	t.lock()
	arg := t.arg
	t.unlock()
	return arg
}

// driftResetTimer is resetTimer with another function, and what to call it with.
func driftResetTimer(timer unsafe.Pointer, when int64, f func(arg any, seq uintptr, delay int64), arg any) bool {
	t := (*timeTimer)(timer)
	if raceenabled {
		racerelease(unsafe.Pointer(&t.timer))
	}
	if t.isFake && getg().bubble == nil {
		fatal("reset of synctest timer from outside bubble")
	}
	return t.modify(when, 0, f, arg, 0)
}
