package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/x/trees"
)

// Woven code calls no method of what is not known to be the SDK's.

// mock embeds a nil Span: its End is all that may be called.
type mock struct {
	trace.Span
	ended bool
}

func (m *mock) End(...trace.SpanEndOption) { m.ended = true }

// mockValue is one that is no pointer.
type mockValue struct {
	trace.Span
	ended *bool
}

func (m mockValue) End(...trace.SpanEndOption) { *m.ended = true }

func newMock() trace.Span { return &mock{} }

type mockTracer struct{ noop.Tracer }

func (mockTracer) Start(ctx context.Context, _ string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	return ctx, newMock()
}

func MockSpan() {
	s := newMock()
	s.End()
	fmt.Println("returned:", s.(*mock).ended)

	var t trace.Tracer = mockTracer{}
	_, s = t.Start(bg, "x")
	done := make(chan bool)
	go func() {
		defer close(done)
		defer s.End()
		trees.Leaf("goroutine")
	}()
	<-done
	fmt.Println("started:", s.(*mock).ended)

	ended := false
	begin := func() (context.Context, trace.Span) { return bg, mockValue{ended: &ended} }
	func() {
		_, s := begin()
		defer s.End()
		trees.Leaf("value")
	}()
	fmt.Println("value:", ended)

	end := func() func(...trace.SpanEndOption) { return newMock().End }()
	end()
	trees.Print()
	// Output:
	// returned: true
	// started: true
	// value: true
	// goroutine
	// value
}

func NilSpan() {
	begin := func(on bool) trace.Span {
		if !on {
			return nil
		}
		_, s := trees.Tracer.Start(bg, "on")
		return s
	}
	for _, on := range []bool{false, true} {
		if s := begin(on); s != nil {
			s.End()
		}
	}
	var p *mock // a nil pointer in an interface
	typed := func() trace.Span { return p }
	s := typed()
	fmt.Println(s == nil, s == trace.Span(p))
	trees.Print()
	// Output:
	// false true
	// on
}

// spanPool guards its spans by a lock, which their methods take.
type spanPool struct {
	mu   sync.Mutex
	span trace.Span
}

type lockedSpan struct {
	noop.Span
	p *spanPool
}

func (l lockedSpan) SpanContext() trace.SpanContext {
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	return trace.SpanContext{}
}

func (l lockedSpan) IsRecording() bool {
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	return false
}

func (p *spanPool) current() trace.Span { return p.span } // p.mu is held

// soon says whether f returns.
func soon(f func()) string {
	done := make(chan bool)
	go func() { f(); close(done) }()
	select {
	case <-done:
		return "done"
	case <-time.After(5 * time.Second):
		return "waits for ever"
	}
}

func LockHeldByCallerOfGetter() {
	p := &spanPool{}
	p.span = lockedSpan{p: p}
	fmt.Println("getter:", soon(func() {
		p.mu.Lock()
		s := p.current()
		p.mu.Unlock()
		_ = s
	}))
	fmt.Println("with ctx:", soon(func() {
		begin := func(ctx context.Context) (context.Context, trace.Span) {
			return trace.ContextWithSpan(ctx, p.span), p.span
		}
		p.mu.Lock()
		ctx, s := begin(bg)
		done := make(chan bool)
		go func() { close(done) }()
		<-done
		p.mu.Unlock()
		s.End()
		_ = ctx
	}))
	// Output:
	// getter: done
	// with ctx: done
}

// lockedContext takes a lock to look a value up.
type lockedContext struct {
	context.Context
	mu *sync.Mutex
}

func (c lockedContext) Value(key any) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Context.Value(key)
}

func LockHeldByOwnerOfContext() {
	var mu sync.Mutex
	ctx := lockedContext{bg, &mu}
	fmt.Println("passed on:", soon(func() {
		mu.Lock()
		defer mu.Unlock()
		use := func(ctx context.Context) context.Context { return ctx }
		ctx := use(ctx)
		done := make(chan bool)
		go func(context.Context) { close(done) }(ctx)
		<-done
	}))
	fmt.Println("returned with a span:", soon(func() {
		begin := func() (context.Context, trace.Span) {
			_, s := trees.Tracer.Start(bg, "a")
			return ctx, s
		}
		mu.Lock()
		_, s := begin()
		mu.Unlock()
		s.End()
	}))
	trees.Print()
	// Output:
	// passed on: done
	// returned with a span: done
	// a
}
