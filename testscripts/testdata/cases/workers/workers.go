package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

// A worker belongs to its work, not to its birth.

var bg = context.Background()

func request(name string, f func()) {
	_, s := trees.Tracer.Start(bg, name, trace.WithNewRoot())
	defer s.End()
	f()
}

// twoRequests has two requests, one after the other, hand a piece of work over.
func twoRequests(submit func(func())) {
	for _, n := range []string{"1", "2"} {
		request("request "+n, func() {
			done := make(chan int)
			submit(func() { trees.Leaf("work of " + n); close(done) })
			<-done
		})
	}
	trees.Print()
}

func serve(jobs chan func()) {
	for j := range jobs {
		j()
	}
}

func WorkerOfFirstRequest() {
	jobs := make(chan func())
	var up atomic.Bool
	twoRequests(func(f func()) {
		if up.CompareAndSwap(false, true) {
			go serve(jobs)
		}
		jobs <- f
	})
	// Plain:
	// request 1
	// request 2
	// work of 1
	// work of 2

	// Woven:
	// request 1
	//   work of 1
	// request 2
	//   work of 2
}

func WorkerPerTenant() {
	var m sync.Map
	twoRequests(func(f func()) {
		ch, ok := m.LoadOrStore("tenant", make(chan func()))
		if !ok {
			go serve(ch.(chan func()))
		}
		ch.(chan func()) <- f
	})
	// Plain:
	// request 1
	// request 2
	// work of 1
	// work of 2

	// Woven:
	// request 1
	//   work of 1
	// request 2
	//   work of 2
}

func WorkerElastic() {
	jobs := make(chan func())
	twoRequests(func(f func()) {
		select {
		case jobs <- f:
		default:
			go func() { f(); serve(jobs) }()
		}
	})
	// Plain:
	// request 1
	// request 2
	// work of 1
	// work of 2

	// Woven:
	// request 1
	//   work of 1
	// request 2
	//   work of 2
}

// A timer that arms itself again: whose work it does can't be known.
func TimerThatRearms() {
	var mu sync.Mutex
	var q []func()
	var t *time.Timer
	var tick func()
	tick = func() {
		mu.Lock()
		for _, f := range q {
			f()
		}
		q = nil
		t.Reset(3 * time.Millisecond)
		mu.Unlock()
	}
	twoRequests(func(f func()) {
		mu.Lock()
		q = append(q, f)
		if t == nil {
			t = time.AfterFunc(3*time.Millisecond, tick)
		}
		mu.Unlock()
	})
	// Output:
	// request 1
	// request 2
	// work of 1
	// work of 2
}

// ticks waits for each tick: a reader of a ticker's channel serves.
func ticks(name string, n int, done chan int) {
	defer close(done)
	t := time.NewTicker(5 * time.Millisecond)
	defer t.Stop()
	for range n {
		<-t.C
		trees.Leaf(name)
	}
}

// A loop that a span around start-up began.
func StartUpSpanEnds() {
	done := make(chan int)
	request("start-up", func() { go ticks("tick", 2, done) })
	<-done
	trees.Print()
	// Output:
	// start-up
	// tick
	// tick
}

func StartUpSpanStaysOpen() {
	done := make(chan int)
	request("main", func() {
		go ticks("tick", 2, done)
		<-done
	})
	trees.Print()
	// Output:
	// main
	// tick
	// tick
}

func poll() {
	for range 3 {
		<-time.After(5 * time.Millisecond)
		_, s := otel.Tracer("").Start(bg, "poll")
		s.End()
	}
}

// A span that is open as long as the process.
func SpanOfProcess() {
	_, span := otel.Tracer("").Start(bg, "main")
	done := make(chan bool)
	go func() { poll(); close(done) }()
	<-done
	span.End()
	trees.Print()
	// Output:
	// main
	// poll
	// poll
	// poll
}

func ServerOfStartUp() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	jobs := make(chan func())
	_, s := trees.Tracer.Start(bg, "start-up")
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { trees.Leaf("conn"); c.Close() }()
		}
	}()
	go func() {
		for f := range jobs {
			f()
		}
	}()
	s.End()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	io.ReadAll(c)
	done := make(chan int)
	_, r := trees.Tracer.Start(bg, "request")
	jobs <- func() { trees.Leaf("job"); close(done) }
	<-done
	r.End()
	trees.Print()
	// Plain:
	// conn
	// job
	// request
	// start-up

	// Woven:
	// conn
	// request
	//   job
	// start-up
}

var (
	rounds    int
	lastRound = make(chan int)
)

func round() {
	_, s := trees.Tracer.Start(bg, "round")
	defer s.End()
	if rounds++; rounds == 4 {
		close(lastRound)
		return
	}
	time.AfterFunc(time.Millisecond, round)
}

// A func that hands itself to a timer runs fresh from then on.
func TimerOfItself() {
	round()
	<-lastRound
	// The last round's span is ended by its defer: wait for a timer of its own.
	over := make(chan bool)
	time.AfterFunc(5*time.Millisecond, func() { close(over) })
	<-over
	trees.Print()
	// Output:
	// round
	// round
	// round
	// round
}

type batch struct {
	mu    sync.Mutex
	items []string
	wg    sync.WaitGroup
}

func (b *batch) add(s string) {
	b.mu.Lock()
	b.items = append(b.items, s)
	n := len(b.items)
	b.mu.Unlock()
	if n == 1 {
		time.AfterFunc(20*time.Millisecond, b.flush)
	}
}

func (b *batch) flush() {
	b.mu.Lock()
	items := b.items
	b.items = nil
	b.mu.Unlock()
	for _, i := range items {
		trees.Leaf("store " + i)
		b.wg.Done()
	}
}

// A batch that its first item's timer flushes belongs to all of them.
func BatchByTimer() {
	b := &batch{}
	b.wg.Add(3)
	for _, n := range []string{"A", "B", "C"} {
		request(n, func() { b.add("of " + n) })
	}
	b.wg.Wait()
	trees.Print()
	// Output:
	// A
	// B
	// C
	// store of A
	// store of B
	// store of C
}
