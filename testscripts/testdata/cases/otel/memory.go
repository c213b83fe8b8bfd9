package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// What a span holds, and what holds it.

// collected runs the garbage collector until n is want, or many times.
func collected(n *atomic.Int32, want int32) int32 {
	for range 100 {
		if n.Load() == want {
			break
		}
		runtime.GC()
		runtime.Gosched()
	}
	return n.Load()
}

func SpanFinalizer() {
	tr := sdk.NewTracerProvider().Tracer("x")
	var n atomic.Int32
	for range 20 {
		func() {
			_, s := tr.Start(bg, "s")
			runtime.SetFinalizer(s, func(any) { n.Add(1) })
			s.End()
		}()
	}
	for range 20 {
		func() {
			ctx, s := tr.Start(bg, "never ended")
			runtime.SetFinalizer(s, func(any) { n.Add(1) })
			_, c := tr.Start(ctx, "child")
			c.End()
		}()
	}
	fmt.Println("finalizers run:", collected(&n, 40))
	// Output:
	// finalizers run: 40
}

var (
	quit  = make(chan int)
	ready = make(chan trace.Span)
)

func starts(tr trace.Tracer) {
	_, s := tr.Start(bg, "s")
	ready <- s
	s = nil
	<-quit
}

func startsByGoto(tr trace.Tracer) {
	i := 0
again:
	if i++; i < 2 {
		goto again
	}
	_, s := tr.Start(bg, "s")
	ready <- s
	s = nil
	<-quit
}

func startsCaptured(tr trace.Tracer) {
	var s trace.Span
	func() { _, s = tr.Start(bg, "s"); ready <- s; s = nil; <-quit }()
}

func startsInBranch(tr trace.Tracer) {
	_, s := tr.Start(bg, "s")
	if quit != nil {
		ready <- s
		s = nil
		<-quit
		return
	}
	s.End()
}

func startsDeferred(tr trace.Tracer) {
	_, s := tr.Start(bg, "s")
	defer func() {
		if s != nil {
			s.End()
		}
	}()
	ready <- s
	s = nil
	<-quit
}

func startsAndSpawns(tr trace.Tracer) {
	_, s := tr.Start(bg, "s")
	go func() { <-quit }()
	ready <- s
	s = nil
	<-quit
}

func startsInMethod(tr trace.Tracer) { (&opener{}).open(tr) }

type opener struct{ s trace.Span }

func (o *opener) open(tr trace.Tracer) {
	_, o.s = tr.Start(bg, "s")
	ready <- o.s
	o.s = nil
	<-quit
}

// A goroutine that started a span and let go of it holds it no more, once it ended.
func StarterHoldsNoEndedSpan() {
	for _, f := range []struct {
		name string
		f    func(trace.Tracer)
	}{
		{"plainly", starts}, {"goto", startsByGoto}, {"captured", startsCaptured}, {"branch", startsInBranch},
		{"deferred", startsDeferred}, {"goroutine", startsAndSpawns}, {"method", startsInMethod},
	} {
		tr := sdk.NewTracerProvider().Tracer("x")
		var n atomic.Int32
		for range 50 {
			go f.f(tr)
			func() {
				s := <-ready
				runtime.AddCleanup((*byte)((*[2]unsafe.Pointer)(unsafe.Pointer(&s))[1]), func(int) { n.Add(1) }, 0)
				s.End()
			}()
		}
		fmt.Printf("%s: %d of 50 collected\n", f.name, collected(&n, 50))
	}
	// Output:
	// plainly: 50 of 50 collected
	// goto: 50 of 50 collected
	// captured: 50 of 50 collected
	// branch: 50 of 50 collected
	// deferred: 50 of 50 collected
	// goroutine: 50 of 50 collected
	// method: 50 of 50 collected
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A span that ended holds neither its ctx nor its ancestors.
func EndedSpanHoldsNothing() {
	tr := sdk.NewTracerProvider().Tracer("x")
	before := heap()
	var kept []trace.Span
	for range 200 {
		ctx := context.WithValue(bg, wkey{}, make([]byte, 64<<10))
		_, s := tr.Start(ctx, "s")
		s.End()
		kept = append(kept, s)
	}
	fmt.Println("200 spans hold less than 256 KiB:", heap()-before < 256<<10)
	runtime.KeepAlive(kept)
	kept = nil

	before = heap()
	last := make(chan trace.Span)
	var hop func(n int)
	hop = func(n int) { // each starts the next while its own span is open
		_, s := tr.Start(bg, "hop")
		defer s.End()
		if n == 20000 {
			last <- s
			return
		}
		next := make(chan int)
		go func() {
			_, h := tr.Start(bg, "h")
			defer h.End()
			close(next)
			hop(n + 1)
		}()
		<-next
	}
	go hop(0)
	s := <-last
	fmt.Println("the last of 40000 holds less than 4 MiB:", heap()-before < 4<<20)
	runtime.KeepAlive(s)
	// Output:
	// 200 spans hold less than 256 KiB: true
	// the last of 40000 holds less than 4 MiB: true
}

// A worker of which each round starts the next, under its open span.
func RoundsStayFlat() {
	tr := sdk.NewTracerProvider().Tracer("x")
	before := heap()
	done := make(chan bool)
	var most int64
	var round func(n int, prev *sync.WaitGroup)
	round = func(n int, prev *sync.WaitGroup) {
		_, s := tr.Start(bg, "round")
		defer s.End()
		prev.Done() // now the round before may end
		if n%50000 == 0 {
			most = max(most, heap()-before)
		}
		if n == 200000 {
			close(done)
			return
		}
		var next sync.WaitGroup
		next.Add(1)
		go round(n+1, &next)
		next.Wait()
	}
	var first sync.WaitGroup
	first.Add(1)
	go round(1, &first)
	<-done
	fmt.Println("200000 rounds stay below 8 MiB:", most < 8<<20)
	// Output:
	// 200000 rounds stay below 8 MiB: true
}
