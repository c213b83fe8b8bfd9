package inject

import (
	"os"
	"testing"
	"unsafe"
)

// activations makes n activations of one trace, as an SDK would start their spans.
func frames(n int) []*driftActive {
	fs := make([]*driftActive, n)
	for i := range fs {
		fs[i] = &driftActive{root: fs[0], held: unsafe.Pointer(new([2]int))}
		if i == 0 {
			fs[i].root = fs[i]
		}
	}
	return fs
}

// end is End: where the activation is shared, something stands in for the span.
func end(f *driftActive) {
	if driftEnd(f) {
		driftClose(f, unsafe.Pointer(new([2]int)))
	}
}

func floating() *driftActive {
	if f := current.drift.float; f != nil && f.ended == 0 {
		return f
	}
	return nil
}

// play makes gp the goroutine that runs.
func play(t *testing.T, gp *g) *g {
	t.Helper()
	was := current
	current = gp
	t.Cleanup(func() { current = was })
	return gp
}

// push starts a span at a call site.
func push(t *testing.T, f *driftActive, flags uint32) {
	t.Helper()
	driftStarted(f)
	if !driftClaim(f.held, flags) {
		t.Fatal("not claimed")
	}
}

// spawn is newproc1 behind a raised mark.
func spawn() *g {
	driftMark()
	child := &g{drift: driftG{slot: current.drift.hand, since: current.drift.handed}}
	current.drift.hand = nil
	return child
}

func wantCurrent(t *testing.T, want *driftActive) {
	t.Helper()
	f, _, _, _ := driftCurrent()
	if f != want {
		t.Errorf("current activation is %p, want %p", f, want)
	}
}

// chain counts the own activations of the goroutine that runs.
func chain() int {
	n := 0
	for p := current.drift.slot; p != nil && driftOwn(p); p = (*driftActive)(p).prev {
		n++
	}
	return n
}

func TestEndUncovers(t *testing.T) {
	play(t, new(g))
	fs := frames(3)
	for _, f := range fs {
		push(t, f, driftPushSure)
	}
	wantCurrent(t, fs[2])
	end(fs[1]) // out of order
	wantCurrent(t, fs[2])
	end(fs[2])
	wantCurrent(t, fs[0])
	end(fs[0])
	wantCurrent(t, nil)
}

func TestEndedElsewhere(t *testing.T) {
	parent := play(t, new(g))
	fs := frames(1)
	push(t, fs[0], driftPushSure)
	play(t, new(g))
	end(fs[0])
	end(fs[0]) // again
	play(t, parent)
	wantCurrent(t, nil)
}

func TestEndedBeforePush(t *testing.T) {
	play(t, new(g))
	f := frames(1)[0]
	data := f.held
	driftStarted(f)
	end(f)
	if driftClaim(data, driftPushSure) {
		t.Error("an ended activation was claimed")
	}
	wantCurrent(t, nil)
}

func TestInherit(t *testing.T) {
	parent := play(t, new(g))
	fs := frames(2)
	push(t, fs[0], driftPushSure)
	push(t, fs[1], driftPushSure)
	child := spawn()
	if child2 := (&g{drift: driftG{slot: parent.drift.hand}}); child2.drift.slot != nil {
		t.Error("the mark is up still")
	}
	play(t, child)
	wantCurrent(t, fs[1])
	own := frames(1)[0]
	push(t, own, driftPushSure)
	wantCurrent(t, own)
	end(own)
	wantCurrent(t, fs[1])
	// An inherited activation stays a parent when its span has ended, and holds
	// nothing of what lay beneath it.
	end(fs[1])
	wantCurrent(t, fs[1])
	play(t, parent)
	wantCurrent(t, fs[0])
	if fs[1].prev != nil {
		t.Error("an activation off the chain keeps what lay beneath it")
	}
	// The grandchild inherits what the child did.
	play(t, child)
	play(t, spawn())
	wantCurrent(t, fs[1])
}

func TestOnceIsFresh(t *testing.T) {
	play(t, new(g))
	push(t, frames(1)[0], driftPushSure)
	barrier := driftSuppress()
	if spawn().drift.slot != nil {
		t.Error("born inside a Once, not fresh")
	}
	own := frames(1)[0]
	push(t, own, driftPushSure)
	if spawn().drift.slot != driftTagged(own) {
		t.Error("what was started in there is not inherited")
	}
	driftUnsuppress(driftSuppress()) // one inside the other
	if spawn().drift.slot != driftTagged(own) {
		t.Error("behind a Once inside, what was started before is not inherited")
	}
	end(own)
	driftUnsuppress(barrier)
	if spawn().drift.slot == nil {
		t.Error("fresh behind a Once")
	}
}

func TestLeave(t *testing.T) {
	for _, test := range []struct {
		name  string
		flags uint32
		ended bool
		float bool
	}{
		{"kept", driftPushSure, false, false},
		{"handed on", driftPushSure | driftPushTransfer, false, true},
		{"handed on, ended", driftPushSure | driftPushTransfer, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			play(t, new(g))
			outer, f := frames(1)[0], frames(1)[0]
			push(t, outer, driftPushSure)
			token := driftEnter()
			push(t, f, test.flags)
			if test.ended {
				end(f)
			}
			driftLeave(token)
			wantCurrent(t, outer)
			if got := floating() == f; got != test.float {
				t.Errorf("floats: %v", got)
			}
		})
	}
}

// What a callee left floating is not what its caller's caller is handed.
func TestLeaveClearsFloat(t *testing.T) {
	play(t, new(g))
	a, b := frames(1)[0], frames(1)[0]
	outer := driftEnter()
	push(t, b, driftPushSure)
	inner := driftEnter()
	push(t, a, driftPushSure|driftPushTransfer|driftPushByFunc)
	driftLeave(inner)
	driftLeave(outer)
	driftTake(driftPushSure)
	wantCurrent(t, nil)
}

func TestLeaveLibFloats(t *testing.T) {
	play(t, new(g))
	f := frames(1)[0]
	token := driftEnter()
	push(t, f, driftPushSure)
	driftLeaveLib(token)
	wantCurrent(t, nil)
	driftTake(0) // a library hands on by identity alone
	wantCurrent(t, nil)
	token = driftEnter()
	push(t, f, driftPushSure)
	driftLeaveLib(token)
	if driftClaim(unsafe.Pointer(new(int)), 0) || !driftClaim(f.held, 0) {
		t.Error("not known by its identity")
	}
	wantCurrent(t, f)
}

func TestTake(t *testing.T) {
	holds := func(ctx any, active *driftActive) bool { return ctx == active }
	driftHolds = holds
	t.Cleanup(func() { driftHolds = nil })
	f, other := frames(1)[0], frames(1)[0]
	for _, test := range []struct {
		name  string
		flags uint32
		take  func()
		taken bool
	}{
		{"by func", driftPushTransfer | driftPushByFunc, func() { driftTake(0) }, true},
		{"not by func", driftPushTransfer, func() { driftTake(0) }, false},
		{"not handed on", driftPushSure, func() { driftTake(0) }, false},
		{"its ctx", driftPushTransfer, func() { driftTakeCtx(f, 0) }, true},
		{"another ctx", driftPushTransfer, func() { driftTakeCtx(other, 0) }, false},
		{"an earlier call's", driftPushTransfer | driftPushByFunc, func() { driftPre(); driftTake(0) }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			play(t, new(g))
			f.held = unsafe.Pointer(new([2]int)) // of which the last test let go
			token := driftEnter()
			push(t, f, test.flags)
			driftLeave(token)
			test.take()
			want := f
			if !test.taken {
				want = nil
			}
			wantCurrent(t, want)
			if floating() != nil && test.name != "not handed on" {
				t.Error("floats still")
			}
		})
	}
}

func TestNextByLevel(t *testing.T) {
	play(t, new(g))
	fs := frames(3)
	push(t, fs[0], driftPushSure)
	token := driftSeq()
	push(t, fs[1], driftPushSure) // declared outside of the loop
	push(t, fs[2], driftPushSure|1<<driftPushLevel)
	driftNext(token, 1)
	wantCurrent(t, fs[1])
	driftNext(token, 0)
	wantCurrent(t, fs[0])
	driftNext(token, 0)
	wantCurrent(t, fs[0])
}

func TestDropIsExact(t *testing.T) {
	play(t, new(g))
	fs := frames(3)
	push(t, fs[0], driftPushSure)
	before := driftSeq()
	if driftLast(before) != 0 {
		t.Error("a statement that pushed nothing has an activation")
	}
	push(t, fs[1], driftPushSure)
	token := driftLast(before)
	push(t, fs[2], driftPushSure)
	driftDrop(0)
	driftDrop(token)
	if wantCurrent(t, fs[2]); chain() != 2 {
		t.Errorf("chain of %d", chain())
	}
	driftDrop(token) // again: no other activation is it
	if wantCurrent(t, fs[2]); chain() != 2 {
		t.Errorf("chain of %d", chain())
	}
	driftDrop(driftLast(token))
	wantCurrent(t, fs[0])
}

// An activation that ended holds neither its span nor its context, and no more does one
// whose extent is over: not what nobody can ask any more.
func TestFrameLetsGo(t *testing.T) {
	play(t, new(g))
	fs := frames(3)
	for _, f := range fs {
		f.ctxData = f.held
	}
	push(t, fs[0], driftPushSure)
	end(fs[0])
	before := driftSeq()
	push(t, fs[1], driftPushSure)
	driftDrop(driftLast(before))
	for i, f := range fs[:2] {
		if f.held != nil || f.ctxData != nil {
			t.Errorf("%d holds %p %p", i, f.held, f.ctxData)
		}
	}
	// One that others inherited is theirs to ask until its span ends.
	before = driftSeq()
	push(t, fs[2], driftPushSure)
	child := spawn()
	driftDrop(driftLast(before))
	play(t, child)
	wantCurrent(t, fs[2])
	span := fs[2].held
	end(fs[2])
	if _, data := driftWordsOf(fs[2]); fs[2].ctxData != nil || data == span || data == nil {
		t.Error("holds its span after its end, or nothing stands in for it")
	}
}

// A decorator is told by one of its words, not by its methods.
func TestDecorates(t *testing.T) {
	play(t, new(g))
	f := frames(1)[0]
	driftStarted(f)
	type decorator struct{ _, _, data unsafe.Pointer }
	span := func(v any) bool {
		// A value behind a pointer, as the stand-in's types say it.
		e := (*driftEface)(unsafe.Pointer(&v))
		e.typ = unsafe.Pointer(&_type{kind: 22, elem: &_type{kind: 25, size: unsafe.Sizeof(decorator{})}})
		return driftDecorates(v)
	}
	if !span(&decorator{data: f.held}) || span(&decorator{data: unsafe.Pointer(f)}) {
		t.Error("not told")
	}
	end(f)
	if span(&decorator{}) {
		t.Error("around a span that has ended")
	}
}

// What the call site said of a Start counts for that one alone: no parent, or what
// was current before an activation.
func TestStarting(t *testing.T) {
	play(t, new(g))
	fs := frames(2)
	push(t, fs[0], driftPushSure)
	before := driftSeq()
	push(t, fs[1], driftPushSure)
	ctx := unsafe.Pointer(new([2]int))
	starting := func(before uint64) *driftActive {
		current.drift.forCtx, current.drift.before = ctx, before
		f, _, _, _ := driftStarting(ctx, nil)
		return f
	}
	if f := starting(0); f != nil {
		t.Errorf("under %p, asked for none", f)
	}
	if f := starting(before); f != fs[0] {
		t.Errorf("under %p, want %p", f, fs[0])
	}
	if f, _, _, _ := driftStarting(ctx, nil); f != fs[1] {
		t.Errorf("under %p, want %p", f, fs[1])
	}
	current.drift.forCtx = ctx
	if f, _, _, _ := driftStarting(nil, nil); f != fs[1] || current.drift.forCtx != nil {
		t.Error("meant for another ctx")
	}
	// Another provider's spans are passed by, and what was inherited from one is none.
	provider := unsafe.Pointer(new(int))
	fs[0].provider, fs[1].provider = provider, ctx
	if f, _, _, _ := driftStarting(nil, provider); f != fs[0] {
		t.Errorf("under %p, want %p", f, fs[0])
	}
	play(t, spawn())
	if f, _, _, _ := driftStarting(nil, provider); f != nil {
		t.Errorf("under %p, another provider's", f)
	}
}

// A dispatcher that starts spans for others to end holds the open ones alone.
func TestChainIsBounded(t *testing.T) {
	play(t, new(g))
	var open []*driftActive
	longest := 0
	for range 100_000 {
		f := frames(1)[0]
		push(t, f, driftPushSure)
		if open = append(open, f); len(open) > 10 {
			end(open[0])
			open = open[1:]
		}
		if n := int(current.drift.count); n > longest {
			longest = n
		}
	}
	if n := chain(); n > 40 || longest > 40 {
		t.Errorf("a chain of %d, at most %d, for %d open spans", n, longest, len(open))
	}
}

func TestLinger(t *testing.T) {
	was := driftLinger
	t.Cleanup(func() { driftLinger = was })
	parent := play(t, new(g))
	fs := frames(2)
	push(t, fs[0], driftPushSure)
	push(t, fs[1], driftPushSure)
	child := spawn()
	for _, test := range []struct {
		linger   int64
		childEnd bool
		rootEnd  bool
		detached bool
	}{
		{0, false, false, false},
		{0, true, false, false}, // the local root goes on
		{-1, true, true, false},
		{3600e9, true, true, false},
		{0, true, true, true},
	} {
		driftLinger = test.linger
		play(t, parent)
		if test.childEnd {
			end(fs[1])
		}
		if test.rootEnd {
			end(fs[0])
		}
		play(t, child)
		f, _, _, detached := driftCurrent()
		if f != fs[1] || detached != test.detached {
			t.Errorf("%+v: %p %v", test, f, detached)
		}
	}
}

// The local root counts, even under a nearer span that is open still.
func TestLingerUnderOpenSpan(t *testing.T) {
	was := driftLinger
	driftLinger = 0
	t.Cleanup(func() { driftLinger = was })
	parent := play(t, new(g))
	fs := frames(2)
	push(t, fs[0], driftPushSure)
	push(t, fs[1], driftPushSure)
	child := spawn()
	end(fs[0])
	play(t, child)
	if _, _, _, detached := driftCurrent(); !detached {
		t.Error("inherited, and not detached")
	}
	play(t, parent)
	if _, _, _, detached := driftCurrent(); detached {
		t.Error("the goroutine's own span was detached")
	}
	play(t, child)
	current.bubble = new(int)
	if _, _, _, detached := driftCurrent(); detached {
		t.Error("detached in a bubble, by another clock")
	}
}

// An inheritance is over after hold, counted from the go statement.
func TestHold(t *testing.T) {
	was, epoch := driftHold, driftEpoch
	driftEpoch, driftEpochTicks = nanotime()-1e9, cputicks()-1e9
	t.Cleanup(func() { driftHold, driftEpoch = was, epoch })
	play(t, new(g))
	push(t, frames(1)[0], driftPushSure)
	child := spawn()
	play(t, child)
	for _, test := range []struct {
		hold     int64
		detached bool
	}{{-1, false}, {3600e9, false}, {0, true}} {
		driftHold = test.hold
		child.drift.since -= 1 << 12 // some time ago
		if _, _, _, detached := driftCurrent(); detached != test.detached {
			t.Errorf("hold %d: detached %v", test.hold, detached)
		}
	}
	// Whoever inherits from one who inherited has no longer.
	grandchild := spawn()
	if grandchild.drift.since != child.drift.since {
		t.Error("the hold began anew")
	}
	own := frames(1)[0]
	push(t, own, driftPushSure)
	if _, _, _, detached := driftCurrent(); detached {
		t.Error("the goroutine's own span was detached")
	}
}

func TestParseLinger(t *testing.T) {
	for _, test := range []struct {
		in string
		ns int64
		ok bool
	}{
		{"", 30e9, true},
		{"0", 0, true},
		{"0s", 0, true},
		{"forever", -1, true},
		{"30s", 30e9, true},
		{"1m30s", 90e9, true},
		{"1.5h", 5400e9, true},
		{".5s", 5e8, true},
		{"100ms", 1e8, true},
		{"5us", 5e3, true},
		{"5µs", 5e3, true},
		{"7ns", 7, true},
		{"0.0000000001s", 0, true},
		{"30", 0, false},
		{"-1s", 0, false},
		{"s", 0, false},
		{".s", 0, false},
		{"1x", 0, false},
		{"1 s", 0, false},
		{"soon", 0, false},
		{"99999999999h", 0, false},
		{"9999999999999999999999s", 0, false},
	} {
		if ns, ok := driftParseLinger(test.in); ok != test.ok || ok && ns != test.ns {
			t.Errorf("%q: %d %v, want %d %v", test.in, ns, ok, test.ns, test.ok)
		}
	}
}

func TestSwitches(t *testing.T) {
	state, linger := driftState, driftLinger
	t.Cleanup(func() { driftState, driftLinger = state, linger })
	for mode, on := range map[string]bool{"": true, "on": true, "off": false, "maybe": true} {
		driftState = 0
		if err := os.Setenv("DRIFT_MODE", mode); err != nil {
			t.Fatal(err)
		}
		for range 2 { // read, then remembered
			if driftOn() != on {
				t.Errorf("DRIFT_MODE=%s: %v", mode, !on)
			}
		}
	}
	os.Unsetenv("DRIFT_MODE")
}

// An activation that ends between the look at it and the mark is passed by.
func TestMarkOfEnded(t *testing.T) {
	play(t, new(g))
	fs := frames(2)
	push(t, fs[0], driftPushSure)
	push(t, fs[1], driftPushSure)
	gp := current
	play(t, new(g))
	end(fs[1])
	play(t, gp)
	play(t, spawn())
	wantCurrent(t, fs[0])
}

func TestSystemSpawn(t *testing.T) {
	callers[1], callers[2] = "runtime.gcStart", "main.main"
	t.Cleanup(func() { clear(callers) })
	gp := play(t, new(g))
	push(t, frames(1)[0], driftPushSure)
	driftMark()
	if driftSystem(gp, 1); gp.drift.hand == nil {
		t.Error("the runtime's own spawn took the mark down")
	}
	if driftSystem(gp, 2); gp.drift.hand != nil {
		t.Error("go runtime.GC() left the mark up")
	}
}

var onHeap *coro

// A coroutine hands nothing on while its resumer does not, and while a function
// of its own that hands nothing on is suspended.
func TestResumeHushed(t *testing.T) {
	creator, b := new(g), new(g)
	co := new(g)
	c := &coro{}
	onHeap = c // its address is its identity, and a stack may move
	co.drift.coro = uintptr(unsafe.Pointer(c))
	resume := func(by *g) {
		play(t, by)
		c.gp.g = co
		driftResume(c)
		play(t, co)
		c.gp.g = by
	}
	want := func(depth uint32) {
		t.Helper()
		if co.drift.once != depth {
			t.Errorf("depth %d, want %d", co.drift.once, depth)
		}
	}
	play(t, creator)
	driftSuppress()
	resume(creator)
	want(1)
	driftSuppress()
	want(2)
	driftResume(c) // yields
	resume(b)
	want(1)
	resume(creator)
	want(2)
	driftUnsuppress(0)
	want(1)
	resume(b)
	want(0)
}

// A span that was started elsewhere, and is used on here, is current as one started
// here is, until it ends, wherever.
func TestUse(t *testing.T) {
	starter := play(t, new(g))
	fs := frames(2)
	push(t, fs[0], driftPushSure)
	push(t, fs[1], driftPushSure)
	driftUse(fs[0], fs[0].held, 0) // on its own goroutine it is current as far as it is
	wantCurrent(t, fs[1])
	user := play(t, new(g))
	before := driftSeq()
	driftUse(fs[1], fs[1].held, 0)
	current := func() *driftActive {
		f, _, _, _ := driftCurrent()
		if f == nil {
			return nil
		}
		return driftOf(f)
	}
	if current() != fs[1] || user.drift.seq == before {
		t.Error("not current")
	}
	child := spawn()
	play(t, starter)
	end(fs[1])
	play(t, child)
	if current() != fs[1] {
		t.Error("not inherited")
	}
	play(t, user)
	if current() != nil || chain() != 0 {
		t.Error("current after its end")
	}
	driftUse(fs[1], nil, 0)
	if current() != nil {
		t.Error("an ended span became current")
	}
}
