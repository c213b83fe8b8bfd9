// Package time holds what is injected into package time. This file stands in
// for that and is not injected.
package time

import (
	"time"
	"unsafe"
)

type (
	// Timer stands in for time.Timer.
	Timer = time.Timer
	// Duration stands in for time.Duration.
	Duration = time.Duration
)

func when(d Duration) int64 { return int64(d) }

func goFunc(arg any, seq uintptr, delta int64) { go arg.(func())() }

func newTimer(when, period int64, f func(any, uintptr, int64), arg any, cp unsafe.Pointer) *Timer {
	return nil
}

func resetTimer(t *Timer, when, period int64) bool { return false }

var _ = []any{driftAfterFunc, driftReset}
