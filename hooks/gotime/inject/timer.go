package time

import "unsafe"

// driftArmed is a function to run, and the context of who armed its timer.
// It never changes. Goroutines that arm one timer at the same time may do so
// with nothing between them that the race detector knows: hence norace, below.
type driftArmed struct {
	f func()
	c unsafe.Pointer
}

// driftGoFunc is goFunc for one of these. Like that it runs on a thread's own
// stack: it sets a pointer there, and no more.
//
//go:norace
func driftGoFunc(arg any, seq uintptr, delta int64) {
	a := arg.(*driftArmed)
	driftSetMark(a.c)
	go a.f()
}

//go:norace
func driftAfterFunc(d Duration, f func(), c unsafe.Pointer) *Timer {
	return (*Timer)(newTimer(when(d), 0, driftGoFunc, &driftArmed{f, c}, nil))
}

// driftReset arms a timer anew. What it runs is a child of who does that; not
// of who did it before, if nobody knows who does now.
//
//go:norace
func driftReset(t *Timer, when int64) bool {
	c := driftTakeMark()
	switch arg := driftTimerArg(unsafe.Pointer(t)).(type) {
	case func():
		if c != nil {
			return driftResetTimer(unsafe.Pointer(t), when, driftGoFunc, &driftArmed{arg, c})
		}
	case *driftArmed:
		if c == nil {
			return driftResetTimer(unsafe.Pointer(t), when, goFunc, arg.f)
		}
		return driftResetTimer(unsafe.Pointer(t), when, driftGoFunc, &driftArmed{arg.f, c})
	}
	return resetTimer(t, when, 0)
}
