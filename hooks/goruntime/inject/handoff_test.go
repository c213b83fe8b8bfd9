package inject

import (
	"testing"
	"unsafe"
)

// bind is what is woven in for func().
func bind(f func(), stale bool) func() {
	c, ok := driftCapture(stale)
	if !ok {
		return f
	}
	return func() {
		defer driftDetach(driftAttach(c))
		f()
	}
}

// A bound func runs under who handed it over, and leaves its runner as it was.
func TestBind(t *testing.T) {
	fs := frames(1)
	others := frames(2)
	play(t, new(g))
	push(t, fs[0], driftPushSure)
	inner := frames(1)[0]
	task := bind(func() {
		wantCurrent(t, fs[0])
		push(t, inner, driftPushSure)
		wantCurrent(t, inner)
	}, false)

	runner := play(t, new(g))
	task()
	wantCurrent(t, nil)
	if runner.drift.slot != nil {
		t.Error("the runner is not clean")
	}
	push(t, others[0], driftPushSure)
	push(t, others[1], driftPushSure)
	task()
	wantCurrent(t, others[1])
	end(others[1])
	wantCurrent(t, others[0])

	// Panics end it too.
	panics := func() {
		defer func() { recover() }()
		bind(func() { panic(1) }, true)()
	}
	panics()
	wantCurrent(t, others[0])
}

// Handed over under none, a func runs under none where its runner may not be
// fresh, and is left alone elsewhere.
func TestBindNone(t *testing.T) {
	driftState = 1
	defer func() { driftState = 0 }()
	play(t, new(g))
	if _, ok := driftCapture(false); ok {
		t.Error("bound for a fresh runner")
	}
	ran := false
	task := bind(func() { ran = true; wantCurrent(t, nil) }, true)

	play(t, new(g))
	f := frames(1)[0]
	push(t, f, driftPushSure)
	task()
	wantCurrent(t, f)
	if !ran {
		t.Error("did not run")
	}

	driftState = 0
	play(t, new(g))
	if _, ok := driftCapture(true); ok {
		t.Error("bound in a process without spans")
	}
}

// What is bound twice runs under who handed it over first.
func TestBindTwice(t *testing.T) {
	a, b := frames(1)[0], frames(1)[0]
	play(t, new(g))
	push(t, a, driftPushSure)
	task := bind(func() { wantCurrent(t, a) }, true)
	play(t, new(g))
	push(t, b, driftPushSure)
	task = bind(task, true)
	wantCurrent(t, b)
	play(t, new(g))
	task()
	wantCurrent(t, nil)
}

// Nothing is handed over from inside a sync.Once.
func TestBindHushed(t *testing.T) {
	play(t, new(g))
	push(t, frames(1)[0], driftPushSure)
	driftSuppress()
	if c, _ := driftCapture(true); c != nil {
		t.Error("captured")
	}
	old, was := driftAttach(current.drift.slot)
	if c, _ := driftCapture(true); c == nil {
		t.Error("not captured in a func that was handed over, though run in a sync.Once")
	}
	driftDetach(old, was)
	if c, _ := driftCapture(true); c != nil {
		t.Error("captured")
	}
	driftUnsuppress(0)
	if c, _ := driftCapture(true); c == nil {
		t.Error("not captured")
	}
}

// Adopting with open spans of its own does not make a goroutine forget them,
// whatever is pushed and left meanwhile.
func TestAdoptCounts(t *testing.T) {
	d := &play(t, new(g)).drift
	own := frames(20)
	for _, f := range own {
		push(t, f, driftPushSure)
	}
	for range 50 {
		old, was := driftAttach(nil)
		for _, f := range frames(3) {
			push(t, f, driftPushSure)
			end(f)
		}
		push(t, frames(1)[0], driftPushSure) // left behind
		driftDetach(old, was)
	}
	if n := chain(); n != len(own) {
		t.Errorf("%d frames, want %d", n, len(own))
	}
	for i := len(own) - 1; i > 0; i-- {
		end(own[i])
		wantCurrent(t, own[i-1])
	}
	for range 3 {
		push(t, frames(1)[0], driftPushSure)
	}
	if d.count > 30 {
		t.Errorf("count is %d", d.count)
	}
}

// A coroutine runs under who resumes it, below its own open spans, and its
// yielding changes nothing.
func TestResume(t *testing.T) {
	body := new(g)
	c := &coro{gp: guintptr{body}}
	body.drift.coro = uintptr(unsafe.Pointer(c))
	a, b, own := frames(1)[0], frames(1)[0], frames(1)[0]

	resumed := func(by *g, want *driftActive) {
		t.Helper()
		play(t, by)
		driftResume(c)
		play(t, body)
		wantCurrent(t, want)
		before := by.drift.slot
		c.gp = guintptr{by}
		driftResume(c) // yields
		c.gp = guintptr{body}
		if by.drift.slot != before {
			t.Error("yielding changed who resumed it")
		}
	}
	ga, gb := new(g), new(g)
	play(t, ga)
	push(t, a, driftPushSure)
	play(t, gb)
	push(t, b, driftPushSure)
	resumed(ga, a)
	resumed(gb, b)
	resumed(new(g), nil)
	play(t, body)
	push(t, own, driftPushSure)
	resumed(ga, own)
	resumed(gb, own)
	play(t, body)
	end(own)
	wantCurrent(t, b)
	resumed(new(g), nil)
}

// Taking the mark takes it down.
func TestTakeMark(t *testing.T) {
	play(t, new(g))
	f := frames(1)[0]
	push(t, f, driftPushSure)
	driftMark()
	c := driftTakeMark()
	if c == nil || driftTakeMark() != nil || current.drift.hand != nil {
		t.Error("the mark is still up, or was not")
	}
	driftSetMark(c)
	child := &g{drift: driftG{slot: current.drift.hand}}
	play(t, child)
	wantCurrent(t, f)
}

// A captured activation of somebody else's span is inherited by any goroutine while
// that is open, and is not to be had when it has ended.
func TestSharing(t *testing.T) {
	play(t, new(g))
	fs := frames(2)
	span := fs[1].held
	fs[1].held = nil // as it is off its goroutine's chain
	if !driftSharing(fs[1], span) || fs[1].held != span || fs[0].shared == 0 {
		t.Fatal("not shared")
	}
	c := driftTagged(fs[1])
	if !driftOpen(c) || driftOpen(nil) {
		t.Error("not open")
	}
	driftAttach(c)
	wantCurrent(t, fs[1])
	play(t, new(g))
	end(fs[1])
	if driftOpen(c) || driftSharing(fs[1], span) {
		t.Error("open")
	}
}

// An alias is its span's activation with another context.
func TestAlias(t *testing.T) {
	play(t, new(g))
	fs := frames(1)
	driftSharing(fs[0], fs[0].held)
	bag := unsafe.Pointer(new([2]int))
	alias := &driftActiveAlias{driftActive: driftActive{root: fs[0].root, shared: 1, flags: driftIsAlias, ctxData: bag}, under: fs[0]}
	c := driftTagged(&alias.driftActive)
	driftAttach(c)
	f, tab, data, _ := driftCurrent()
	if f != &alias.driftActive || tab != driftSpanTab || data != fs[0].held || driftOf(f) != fs[0] || !driftOpen(c) {
		t.Error("not the span's")
	}
	if _, data := driftContext(f); data != bag {
		t.Error("not its own context")
	}
	wantAlias := spawn()
	end(fs[0])
	play(t, wantAlias)
	if f, tab, data, _ := driftCurrent(); f != &alias.driftActive || tab != driftClosedTab || data == nil || driftOpen(c) {
		t.Error("the span has not ended")
	}
	if _, data := driftContext(f); data != bag {
		t.Error("lost its context")
	}
}
