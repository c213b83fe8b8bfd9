// Package rt hands the trace context on explicitly: to a function, a goroutine,
// a callback, a group or a pool. The API is the same in a plain build and in one
// through drift-toolexec, a woven one.
//
// # Plain and woven
//
// In both builds a function that takes a context as its parameter is given the
// one that was handed over. In a plain build that is all: what runs must pass
// its context on, as ever.
//
// In a woven build the span that this context holds, and its baggage, are also
// the ambient context of the goroutine while the function runs: code beneath it
// that was handed no context starts its spans under that span. What was ambient
// before is brought back when the function returns, panics or calls
// runtime.Goexit.
//
// A context that holds no span, or one that is invalid, says that there is no
// parent. The ambient context is empty then while the function runs, whatever
// was current before, and baggage that such a context holds is found through the
// context alone.
//
// A span that has ended is a parent still while the function runs. Goroutines that
// go on when it has returned are detached in time, as with any span that is over
// (DRIFT_LINGER).
//
// With DRIFT_MODE=off a woven program behaves as a plain one, but Woven still
// returns true.
package rt

import "context"

// Woven reports whether this program was built through drift-toolexec.
func Woven() bool { return woven() }

// Context returns the ambient context of the calling goroutine.
//
// In a woven build that is a context with the current span and its baggage, and
// with the other values of the context that this span was started with, as long
// as the span has not ended. It is never canceled and has no deadline. Where no
// span is current it is context.Background().
//
// In a plain build there is no ambient context: it is context.Background(),
// inside of Do too.
func Context() context.Context { return current() }
