package rt

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"

	"go.opentelemetry.io/otel/trace"
)

// Alert is I/O that no instrumentation sees: under a span of kind SERVER or
// CONSUMER, with no span of kind CLIENT or PRODUCER open beneath it, something
// dialed or wrote to a TCP connection or resolved a name.
type Alert struct {
	// SpanContext is that of the SERVER or CONSUMER span.
	SpanContext trace.SpanContext
	// Operation is dial, write or resolve.
	Operation string
	// Address is what was dialed or written to, or the name.
	Address string
	// Module and Version are those of the module that called Go's standard
	// library, as far as the program knows what it was built of.
	Module, Version string
	// Function is the function that called, by its full name.
	Function string
	// Stack is the whole stack, newest frame first, a line for the function and
	// one for file and line each.
	Stack string
}

var alerted struct {
	sync.Mutex
	funcs []*func(Alert)
}

// OnAlert has f called for every alert that is raised from now on, in a woven
// program under DRIFT_ALERTS=on; in others never. There is at most one for each
// span and operation.
//
// f is called after the alert was logged, on a goroutine of its own that has no
// current context, while the I/O goes on. Alerts come one at a time, and wait
// while f runs; when too many wait, further ones are lost, and a warning says how
// many. A panic of f ends there.
//
// remove ends that. f has been called for all that was raised before when remove
// returns, and is not called any more, unless a registered func itself calls it.
func OnAlert(f func(Alert)) (remove func()) {
	if f == nil {
		panic("rt.OnAlert: f is nil")
	}
	p := &f
	alerted.Lock()
	defer alerted.Unlock()
	alerted.funcs = append(alerted.funcs, p)
	return func() {
		wait := !alerting()
		if wait {
			told()
		}
		alerted.Lock()
		alerted.funcs = slices.DeleteFunc(alerted.funcs, func(q *func(Alert)) bool { return q == p })
		alerted.Unlock()
		if wait { // for one that is being delivered
			told()
		}
	}
}

// told returns when all that was raised has been delivered. It is replaced when
// the package is woven.
var told = func() {}

// deliver hands an alert to all that are registered.
func deliver(a Alert) {
	alerted.Lock()
	funcs := slices.Clone(alerted.funcs)
	alerted.Unlock()
	for _, f := range funcs {
		done := make(chan struct{})
		go call(*f, a, done)
		<-done
	}
}

// call calls f, whose panic or runtime.Goexit is to end there.
func call(f func(Alert), a Alert, done chan struct{}) {
	defer close(done)
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(os.Stderr, "drift: an OnAlert func panicked: %v\n", v)
		}
	}()
	f(a)
}

// alerting reports whether this goroutine is that of call.
func alerting() bool {
	pcs := make([]uintptr, 32)
	n := runtime.Callers(2, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 2*n)
		n = runtime.Callers(2, pcs)
	}
	frames := runtime.CallersFrames(pcs[:n])
	for {
		f, more := frames.Next()
		if f.Function == "github.com/drift-go/drift-toolexec/rt.call" {
			return true
		}
		if !more {
			return false
		}
	}
}
