// Package kit is in each generated package: the ways in which code of one's own
// starts spans and hands work over.
package kit

import (
	"context"
	"iter"
	"sync"

	"go.opentelemetry.io/otel/trace"

	"example.com/x/h"
)

var bg = context.Background()

type key struct{}

// lostCtx is what is left of a ctx where it was not passed on.
func lostCtx() context.Context { return context.Background() }

func lost(name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	return h.A.Start(context.Background(), name, opts...)
}

func leaf(ctx context.Context, name string) {
	_, s := h.A.Start(ctx, name)
	s.End()
}

func lostLeaf(name string) {
	_, s := h.A.Start(context.TODO(), name)
	defer s.End()
}

func begin(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	return h.A.Start(ctx, name, opts...)
}

func beginNamed(ctx context.Context, name string, opts ...trace.SpanStartOption) (c context.Context, s trace.Span) {
	c, s = begin(ctx, name, opts...)
	if h.No {
		return nil, nil
	}
	return
}

func beginGeneric[T ~string](ctx context.Context, name T, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	return h.A.Start(ctx, string(name), opts...)
}

func beginFn(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, func()) {
	ctx, s := h.A.Start(ctx, name, opts...)
	return ctx, func() { s.End() }
}

func beginEnd(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, func(...trace.SpanEndOption)) {
	ctx, s := h.A.Start(ctx, name, opts...)
	return ctx, s.End
}

func beginErr(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, func(error) error) {
	ctx, s := h.A.Start(ctx, name, opts...)
	return ctx, func(err error) error {
		if err != nil {
			s.RecordError(err)
		}
		s.End()
		return err
	}
}

func beginInto(ctx context.Context, to *context.Context, s *trace.Span, name string, opts ...trace.SpanStartOption) {
	*to, *s = h.A.Start(ctx, name, opts...)
}

type op struct {
	ctx  context.Context
	span trace.Span
}

func newOp(ctx context.Context, name string, opts ...trace.SpanStartOption) *op {
	o := &op{}
	o.ctx, o.span = h.A.Start(ctx, name, opts...)
	return o
}

func opOf(ctx context.Context, name string, opts ...trace.SpanStartOption) op {
	ctx, s := h.A.Start(ctx, name, opts...)
	return op{ctx, s}
}

func (o *op) begin(ctx context.Context, name string, opts ...trace.SpanStartOption) {
	o.ctx, o.span = h.A.Start(ctx, name, opts...)
}

func (o *op) end() { o.span.End() }

type starter interface {
	start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span)
}

type impl struct{ t trace.Tracer }

func (i impl) start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	return i.t.Start(ctx, name, opts...)
}

var anyStarter starter = impl{h.A}

func with(ctx context.Context, name string, f func(ctx context.Context)) {
	ctx, s := h.A.Start(ctx, name)
	defer s.End()
	f(ctx)
}

// seq is an iterator whose span is open while it is ranged over.
func seq(ctx context.Context, name string) iter.Seq[context.Context] {
	return func(yield func(context.Context) bool) {
		ctx, s := h.A.Start(ctx, name)
		defer s.End()
		for range 2 {
			if !yield(ctx) {
				return
			}
		}
	}
}

func two(yield func(int) bool) { _ = yield(0) && yield(1) }

// group is as errgroup's is.
type group struct{ wg sync.WaitGroup }

func (g *group) Go(f func()) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		f()
	}()
}

type job struct {
	ctx context.Context
	f   func(ctx context.Context)
}

type runner struct{ f func() }

func (r runner) run() { r.f() }

func spawn(done chan bool, f func()) {
	defer close(done)
	f()
}

// finish ends a span that was given to it.
func finish(ch chan trace.Span) { (<-ch).End() }

// tagged is a ctx of one's own that can't be compared.
type tagged struct {
	context.Context
	tags []string
}

// keeper holds a span for who asked it to.
type keeper struct{ span trace.Span }

func (k *keeper) keep(s trace.Span) { k.span = s }
func (k *keeper) finish()           { k.span.End() }

// endLater ends a span on another goroutine, when it may.
func endLater(s trace.Span, release, done chan bool) {
	<-release
	s.End()
	close(done)
}

// pool serves jobs on n goroutines, and closes done when there are no more.
func pool(n int, jobs chan job, done chan bool) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for j := range jobs {
				j.f(j.ctx)
			}
		})
	}
	go func() {
		wg.Wait()
		close(done)
	}()
}

// pipeline passes jobs on from one goroutine to the next, which serves them.
func pipeline(jobs chan job, done chan bool) {
	next, last := make(chan job, 1), make(chan *job)
	go func() {
		defer close(next)
		for j := range jobs {
			next <- j
		}
	}()
	go func() {
		defer close(last)
		for j := range next {
			last <- &j
		}
	}()
	go func() {
		defer close(done)
		for j := range last {
			j.f(j.ctx)
		}
	}()
}

// queue is a channel behind a method.
type queue struct{ c chan job }

func (q queue) next() (job, bool) {
	select {
	case j, ok := <-q.c:
		return j, ok
	case <-h.Never:
		return job{}, false
	}
}

// echo answers what it is asked.
func echo(in <-chan int, out chan<- int) {
	for n := range in {
		out <- n
	}
}
