package main

import (
	"context"

	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

// A span that is given away is current no more, on the path that gives it away.

func givenInBranch(finish chan trace.Span, async bool) {
	_, s := trees.Tracer.Start(bg, "first")
	if async {
		finish <- s
		trees.Leaf("second")
		return
	}
	s.End()
}

func givenInSwitch(finish chan trace.Span, kind int) {
	_, s := trees.Tracer.Start(bg, "first")
	switch kind {
	case 0:
		finish <- s
		trees.Leaf("second")
	default:
		s.End()
	}
}

func givenInTypeSwitch(finish chan trace.Span, kind any) {
	_, s := trees.Tracer.Start(bg, "first")
	switch kind.(type) {
	case int:
		finish <- s
		trees.Leaf("second")
	default:
		s.End()
	}
}

func givenInSelect(finish chan trace.Span, quit chan bool) {
	_, s := trees.Tracer.Start(bg, "first")
	select {
	case finish <- s:
		trees.Leaf("second")
	case <-quit:
		s.End()
	}
}

func givenInLoop(finish chan trace.Span) {
	_, s := trees.Tracer.Start(bg, "first")
	for i := range 2 {
		if i == 0 {
			finish <- s
			continue
		}
		trees.Leaf("second")
	}
}

func givenInElse(finish chan trace.Span, sync bool) {
	_, s := trees.Tracer.Start(bg, "first")
	if sync {
		s.End()
	} else {
		go func() { finish <- s }()
		trees.Leaf("second")
	}
}

func givenBehindLabel(finish chan trace.Span) {
	_, s := trees.Tracer.Start(bg, "first")
out:
	for {
		for range 3 {
			finish <- s
			break out
		}
	}
	trees.Leaf("second")
}

func GivenAwayOnPath() {
	finish := make(chan trace.Span, 1)
	for _, give := range []func(){
		func() { givenInBranch(finish, true) },
		func() { givenInSwitch(finish, 0) },
		func() { givenInTypeSwitch(finish, 0) },
		func() { givenInSelect(finish, nil) },
		func() { givenInLoop(finish) },
		func() { givenInElse(finish, false) },
		func() { givenBehindLabel(finish) },
	} {
		give()
		trees.Leaf("third")
		(<-finish).End()
		trees.Print()
	}
	// Output:
	// first
	// second
	// third
	// first
	// second
	// third
	// first
	// second
	// third
	// first
	// second
	// third
	// first
	// second
	// third
	// first
	// second
	// third
	// first
	// second
	// third
}

// The other paths keep it.
func KeptOnOtherPath() {
	finish := make(chan trace.Span, 1)
	branch := func(async bool) {
		_, s := trees.Tracer.Start(bg, "first")
		trees.Leaf("before")
		if async {
			finish <- s
			return
		}
		trees.Leaf("second")
		s.End()
	}
	branch(false)
	branch(true)
	(<-finish).End()
	trees.Print()
	// Plain:
	// before
	// before
	// first
	// first
	// second

	// Woven:
	// first
	//   before
	// first
	//   before
	//   second
}

// A deferred End for panics only: who reads the channel ends it.
func DeferredForPanic() {
	finish := make(chan trace.Span, 1)
	func() {
		_, s := trees.Tracer.Start(bg, "async")
		defer func() {
			if r := recover(); r != nil {
				s.End()
			}
		}()
		finish <- s
		trees.Leaf("next")
	}()
	(<-finish).End()
	trees.Print()
	func() {
		_, s := trees.Tracer.Start(bg, "async")
		given := false
		defer func() {
			if !given {
				s.End()
			}
		}()
		finish <- s
		given = true
		trees.Leaf("next")
	}()
	(<-finish).End()
	trees.Print()
	// Output:
	// async
	// next
	// async
	// next
}

func deferredCall(finish chan trace.Span) {
	defer trees.Leaf("audit")
	_, s := trees.Tracer.Start(bg, "async")
	finish <- s
}

func deferredClosure(finish chan trace.Span) {
	defer func() { trees.Leaf("audit") }()
	_, s := trees.Tracer.Start(bg, "async")
	finish <- s
}

func called(finish chan trace.Span) {
	_, s := trees.Tracer.Start(bg, "async")
	finish <- s
	trees.Leaf("audit")
}

func DeferredCallAfterGivingAway() {
	finish := make(chan trace.Span, 1)
	for _, f := range []func(chan trace.Span){deferredCall, deferredClosure, called} {
		f(finish)
		(<-finish).End()
		trees.Print()
	}
	// Output:
	// async
	// audit
	// async
	// audit
	// async
	// audit
}

func rows(yield func(int) bool) { // a span as long as the query is read
	_, q := trees.Tracer.Start(bg, "query")
	defer q.End()
	for i := range 2 {
		if !yield(i) {
			return
		}
	}
}

type table struct{ n int }

func (t table) all(yield func(int, string) bool) {
	_, q := trees.Tracer.Start(bg, "scan")
	defer q.End()
	for i := range t.n {
		trees.Leaf("read")
		if !yield(i, "") {
			return
		}
	}
}

// The body of the loop belongs to the function that it stands in.
func RangeOverFunc() {
	_, s := trees.Tracer.Start(bg, "request")
	for range rows {
		trees.Leaf("row")
	}
	for range (table{1}).all {
		_, r := trees.Tracer.Start(bg, "record")
		trees.Leaf("part")
		r.End()
		break
	}
	trees.Leaf("after")
	s.End()
	trees.Print()
	// Plain:
	// after
	// part
	// query
	// read
	// record
	// request
	// row
	// row
	// scan

	// Woven:
	// request
	//   after
	//   query
	//   record
	//     part
	//   row
	//   row
	//   scan
	//     read
}

// Under no span, a row is a root, as it is in a plain build.
func RangeOverFuncRoot() {
	for range rows {
		trees.Leaf("row")
	}
	trees.Print()
	// Output:
	// query
	// row
	// row
}

var ends []func()

func beginKept() func() {
	_, s := trees.Tracer.Start(bg, "kept")
	return func() { s.End() }
}

func keepsByGoto() func() {
	i := 0
again:
	if i++; i < 2 {
		goto again
	}
	ends = append(ends, beginKept())
	return func() {}
}

func keeps() func() {
	ends = append(ends, beginKept())
	return func() {}
}

func EndFuncKept() {
	for _, f := range []func() func(){keepsByGoto, keeps} {
		end := f()
		trees.Leaf("after")
		end()
		for _, f := range ends {
			f()
		}
		ends = nil
		trees.Print()
	}
	// Output:
	// after
	// kept
	// after
	// kept
}

// A span that no path ends, and that goes nowhere, is not current.
func NeverEnded() {
	lost := func() {
		_, s := trees.Tracer.Start(bg, "lost")
		s.AddEvent("x")
		trees.Leaf("child")
		s.AddEvent("y")
	}
	lost()
	trees.Leaf("after")
	trees.Print()
	// Output:
	// after
	// child
}

// An iteration's span is no parent of the next one's.
func LoopBody() {
	var open []trace.Span
	for range 2 {
		_, s := trees.Tracer.Start(bg, "piece")
		open = append(open, s)
	}
	trees.Leaf("after")
	for _, s := range open {
		s.End()
	}
	trees.Print()
	// Output:
	// after
	// piece
	// piece
}

// What notes an event when something else is over, by the span's context, does not keep
// the span.
func GivenWhileAFuncNotes() {
	finish := make(chan trace.Span, 1)
	ctx, s := trees.Tracer.Start(bg, "first")
	over, cancel := context.WithCancel(bg)
	done := make(chan bool)
	context.AfterFunc(over, func() {
		defer close(done)
		trace.SpanFromContext(ctx).AddEvent("over")
	})
	cancel()
	<-done
	finish <- s
	trees.Leaf("second")
	(<-finish).End()
	trees.Print()

	// Output:
	// first
	// second
}
