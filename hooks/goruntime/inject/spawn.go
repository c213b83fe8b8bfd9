package inject

import "unsafe"

// driftMark raises the mark: the next go statement of this goroutine hands
// the current activation to the goroutine it starts. Woven in before each spawn
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

// driftShare returns the current activation for another goroutine to inherit.
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
		f := (*driftActive)(p)
		if d.once != 0 && f.seq <= d.barrier {
			return nil
		}
		if f.flags&driftIsCarried != 0 {
			return f.held
		}
		if driftShared(f) {
			return driftTagged(f)
		}
		// It ended meanwhile, on another goroutine.
	}
}

// driftShared notes that another goroutine may hold an activation, and reports whether
// its span is open still. End looks at shared after it set ended: if that was
// before shared was set, nothing stands in for the span, and it is passed by.
func driftShared(f *driftActive) bool {
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
	return !driftHasEnded(f)
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
