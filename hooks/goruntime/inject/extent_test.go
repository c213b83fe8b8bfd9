package inject

import (
	"testing"
	"unsafe"
)

// ownFrames returns the activations of the playing goroutine's own, the newest first.
func ownFrames() []*driftActive {
	var fs []*driftActive
	for p := current.drift.slot; p != nil && driftOwn(p); p = (*driftActive)(p).prev {
		fs = append(fs, (*driftActive)(p))
	}
	return fs
}

func sameChain(t *testing.T, when string, want ...*driftActive) {
	t.Helper()
	got := ownFrames()
	if len(got) != len(want) {
		t.Fatalf("%s: %d frames, want %d", when, len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: activation %d is another", when, i)
		}
	}
}

// TestRange plays a loop over a func: what the iterator starts is nothing to the
// body, and what the body leaves is nothing to the iterator.
func TestRange(t *testing.T) {
	play(t, new(g))
	fs := frames(5)
	d := &current.drift
	driftPushActive(d, fs[0], 0)
	var r driftRange
	driftRanging(&r)
	driftPushActive(d, fs[1], 0) // the iterator's
	driftYielded(&r)
	sameChain(t, "in the body", fs[0])
	driftPushActive(d, fs[2], 0) // the body's, into a variable outside of the loop
	driftResumed(&r)
	sameChain(t, "in the iterator", fs[1], fs[0])
	fs[3].flags |= driftIsMessage // a message that the iterator received
	driftPushActive(d, fs[3], 0)
	driftYielded(&r)
	sameChain(t, "in the body, with a message", fs[3], fs[2], fs[0])
	driftPushActive(d, fs[4], 0)
	driftResumed(&r)
	sameChain(t, "in the iterator, with a message", fs[3], fs[1], fs[0])
	driftRanged(&r)
	sameChain(t, "behind the loop", fs[4], fs[2], fs[0])
	if r.other != nil {
		t.Error("holds frames still")
	}
}

// TestRangeElsewhere has the iterator call the body on another goroutine, and a
// return leave the body.
func TestRangeElsewhere(t *testing.T) {
	play(t, new(g))
	fs := frames(3)
	driftPushActive(&current.drift, fs[0], 0)
	var r driftRange
	driftRanging(&r)
	other := play(t, new(g))
	driftPushActive(&other.drift, fs[1], 0)
	driftYielded(&r)
	sameChain(t, "on another goroutine")
	driftResumed(&r)
	sameChain(t, "back in the iterator there", fs[1])
	driftYielded(&r)
	driftYielded(&r) // the body was left by a way that could not say so
	sameChain(t, "once more")
	driftResumed(&r)
	sameChain(t, "back once more", fs[1])
}

// TestBetween ends the extents of what one statement left on the chain.
func TestBetween(t *testing.T) {
	play(t, new(g))
	fs := frames(4)
	d := &current.drift
	driftPushActive(d, fs[0], 0)
	from := driftSeq()
	driftPushActive(d, fs[1], 0)
	driftPushActive(d, fs[2], 0)
	to := driftSeq()
	driftPushActive(d, fs[3], 0)
	driftBetween(to, to)
	sameChain(t, "an empty statement", fs[3], fs[2], fs[1], fs[0])
	driftBetween(from, to)
	sameChain(t, "a statement", fs[3], fs[0])
}

// TestElder keeps a sibling's parent apart from a root's.
func TestElder(t *testing.T) {
	play(t, new(g))
	ctx := unsafe.Pointer(new(int))
	token := driftElder()
	if token == 0 {
		t.Error("a goroutine's first span has elders that mean a root")
	}
	driftStartBefore(ctx, 0)
	if current.drift.forCtx != nil {
		t.Error("a token that was never set says something")
	}
	driftStartBefore(ctx, token)
	if current.drift.forCtx != ctx || current.drift.before != token {
		t.Error("the token is lost")
	}
	driftStartRoot(ctx)
	if current.drift.forCtx != ctx || current.drift.before != 0 {
		t.Error("a root is none")
	}
}
