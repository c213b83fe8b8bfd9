package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/x/trees"
)

// What a plain build loses: the parent is the one that stands in the source.

// Spans and goroutines that are begun inside of sync.Once.
func StartedInOnce() {
	var once sync.Once
	once.Do(func() {
		_, s := trees.Tracer.Start(bg, "load")
		var wg sync.WaitGroup
		wg.Go(func() { trees.Leaf("part") })
		wg.Add(1)
		go func() { defer wg.Done(); trees.Leaf("by go") }()
		wg.Wait()
		s.End()
	})
	sync.OnceFunc(func() {
		_, s := trees.Tracer.Start(bg, "once func")
		defer s.End()
		trees.Leaf("its part")
	})()
	trees.Print()
	// Plain:
	// by go
	// its part
	// load
	// once func
	// part

	// Woven:
	// load
	//   by go
	//   part
	// once func
	//   its part
}

// One variable for two spans, the first's End deferred.
func OneVariableTwoSpans() {
	func() {
		ctx, s := trees.Tracer.Start(bg, "outer")
		defer s.End()
		_, s = trees.Tracer.Start(ctx, "inner")
		s.End()
		trees.Leaf("after")
	}()
	func() {
		_, s := trees.Tracer.Start(bg, "first")
		s.End()
		_, s = trees.Tracer.Start(bg, "second")
		trees.Leaf("of second")
		s.End()
	}()
	trees.Print()
	// Plain:
	// after
	// first
	// of second
	// outer
	//   inner
	// second

	// Woven:
	// first
	// outer
	//   after
	//   inner
	// second
	//   of second
}

func beginErr() func(error) error {
	_, s := trees.Tracer.Start(bg, "error")
	return func(err error) error {
		s.RecordError(err)
		s.End()
		return err
	}
}

func beginNamed(name string) func(result string, code int) {
	_, s := trees.Tracer.Start(bg, name)
	return func(string, int) { s.End() }
}

type endFn func(*error)

func beginTyped(ctx context.Context) (context.Context, endFn) {
	ctx, s := trees.Tracer.Start(ctx, "typed")
	return ctx, func(err *error) {
		if *err != nil {
			s.RecordError(*err)
		}
		s.End()
	}
}

func typed() (err error) {
	_, end := beginTyped(bg)
	defer end(&err)
	trees.Leaf("child of typed")
	return nil
}

// End funcs of any signature.
func EndFuncOfAnySignature() {
	done := beginErr()
	trees.Leaf("child of error")
	done(errors.New("x"))
	end := beginNamed("two")
	trees.Leaf("child of two")
	end("", 0)
	typed()
	trees.Leaf("after")
	trees.Print()
	// Plain:
	// after
	// child of error
	// child of two
	// child of typed
	// error
	// two
	// typed

	// Woven:
	// after
	// error
	//   child of error
	// two
	//   child of two
	// typed
	//   child of typed
}

// cleaner is as testing.T.
type cleaner struct{ fs []func() }

func (c *cleaner) Cleanup(f func()) { c.fs = append(c.fs, f) }

func EndRegistered() {
	c := &cleaner{}
	func() {
		_, s := trees.Tracer.Start(bg, "TestX")
		c.Cleanup(func() { s.End() })
		trees.Leaf("child of TestX")
	}()
	c.fs[0]()
	func() {
		ctx, cancel := context.WithCancel(bg)
		_, s := trees.Tracer.Start(bg, "until cancelled")
		ended := make(chan bool)
		context.AfterFunc(ctx, func() { s.End(); close(ended) })
		trees.Leaf("child of until cancelled")
		cancel()
		<-ended
	}()
	trees.Print()
	// Plain:
	// TestX
	// child of TestX
	// child of until cancelled
	// until cancelled

	// Woven:
	// TestX
	//   child of TestX
	// until cancelled
	//   child of until cancelled
}

func BeginEndClosures() {
	var s trace.Span
	begin := func() { _, s = trees.Tracer.Start(bg, "op") }
	end := func() { s.End() }
	begin()
	trees.Leaf("child")
	end()
	trees.Leaf("after")
	trees.Print()
	// Plain:
	// after
	// child
	// op

	// Woven:
	// after
	// op
	//   child
}

func beginInto(s *trace.Span) { _, *s = trees.Tracer.Start(bg, "pointer") }

type opened struct {
	ctx  context.Context
	span trace.Span
}

func beginIntoStruct(o *opened) { o.ctx, o.span = trees.Tracer.Start(bg, "struct") }

func (o *opened) begin(name string) { o.ctx, o.span = trees.Tracer.Start(bg, name) }
func (o *opened) end()              { o.span.End() }

func OutParameter() {
	var s trace.Span
	beginInto(&s)
	trees.Leaf("child of pointer")
	s.End()
	var o opened
	beginIntoStruct(&o)
	trees.Leaf("child of struct")
	o.span.End()
	var r opened
	r.begin("receiver")
	trees.Leaf("child of receiver")
	r.end()
	trees.Leaf("after")
	trees.Print()
	// Plain:
	// after
	// child of pointer
	// child of receiver
	// child of struct
	// pointer
	// receiver
	// struct

	// Woven:
	// after
	// pointer
	//   child of pointer
	// receiver
	//   child of receiver
	// struct
	//   child of struct
}

// A span that arrives by a channel or a call is current where ContextWithSpan or
// Start uses it on.
func SpanHandedOver() {
	ch, done := make(chan trace.Span), make(chan int)
	go func() {
		s := <-ch
		ctx := trace.ContextWithSpan(bg, s)
		_ = ctx
		trees.Leaf("child")
		s.End()
		close(done)
	}()
	_, s := trees.Tracer.Start(bg, "request")
	ch <- s
	<-done
	trees.Print()
	// Plain:
	// child
	// request

	// Woven:
	// request
	//   child
}

// A no-op tracer in between hands back the dropped span of the ctx; its End ends
// nothing.
func NoopTracerOfDropped() {
	exp := tracetest.NewInMemoryExporter()
	app := sdk.NewTracerProvider(sdk.WithSyncer(exp), sdk.WithSampler(sdk.ParentBased(sdk.NeverSample()))).Tracer("app")
	ctx, s := app.Start(bg, "request")
	_, n := noop.NewTracerProvider().Tracer("lib").Start(ctx, "lib")
	n.End()
	_, c := app.Start(bg, "child")
	fmt.Println("child in request's trace:", c.SpanContext().TraceID() == s.SpanContext().TraceID())
	c.End()
	s.End()
	_, a := app.Start(bg, "after")
	fmt.Println("after in request's trace:", a.SpanContext().TraceID() == s.SpanContext().TraceID())
	a.End()
	// Plain:
	// child in request's trace: false
	// after in request's trace: false

	// Woven:
	// child in request's trace: true
	// after in request's trace: false
}

// A child of a dropped span is dropped, whatever else is sampled.
func DroppedStaysDropped() {
	exp := tracetest.NewInMemoryExporter()
	tp := sdk.NewTracerProvider(sdk.WithSyncer(exp), sdk.WithSampler(sdk.ParentBased(byName{})))
	tr := tp.Tracer("app")
	_, s := tr.Start(bg, "drop")
	_, n := tr.Start(bg, "child")
	n.End()
	done := make(chan bool)
	go func() {
		_, g := tr.Start(bg, "goroutine")
		g.End()
		close(done)
	}()
	<-done
	s.End()
	_, a := tr.Start(bg, "after")
	a.End()
	for _, s := range exp.GetSpans() {
		fmt.Println(s.Name)
	}
	// Plain:
	// child
	// goroutine
	// after

	// Woven:
	// after
}

// byName drops the roots that are named so.
type byName struct{}

func (byName) ShouldSample(p sdk.SamplingParameters) sdk.SamplingResult {
	if p.Name == "drop" {
		return sdk.SamplingResult{Decision: sdk.Drop}
	}
	return sdk.SamplingResult{Decision: sdk.RecordAndSample}
}

func (byName) Description() string { return "byName" }

type ownSpan trace.Span

func beginOwn() ownSpan {
	_, s := trees.Tracer.Start(bg, "defined type")
	return s
}

type spanner interface {
	End(...trace.SpanEndOption)
}

func beginInterface() spanner {
	_, s := trees.Tracer.Start(bg, "interface")
	return s
}

type wrapped struct{ trace.Span }

func beginWrapped() *wrapped {
	_, s := trees.Tracer.Start(bg, "wrapped")
	return &wrapped{s}
}

func SpanByAnotherType() {
	func() {
		s := beginOwn()
		defer s.End()
		trees.Leaf("child of defined type")
	}()
	func() {
		s := beginInterface()
		defer s.End()
		trees.Leaf("child of interface")
	}()
	func() {
		s := beginWrapped()
		defer s.End()
		trees.Leaf("child of wrapped")
	}()
	trees.Leaf("after")
	trees.Print()
	// Plain:
	// after
	// child of defined type
	// child of interface
	// child of wrapped
	// defined type
	// interface
	// wrapped

	// Woven:
	// after
	// defined type
	//   child of defined type
	// interface
	//   child of interface
	// wrapped
	//   child of wrapped
}

var prop propagation.TextMapPropagator = both

func extract(ctx context.Context) context.Context {
	return prop.Extract(ctx, propagation.MapCarrier{"traceparent": "00-000000000000000000000000000000a1-00000000000000b1-01"})
}

func handleInCall(ctx context.Context) {
	ctx, s := trees.Tracer.Start(extract(ctx), "handle")
	defer s.End()
	_, l := trees.Tracer.Start(ctx, "load")
	defer l.End()
	trees.Leaf("child of load")
}

func handleInVariable(ctx context.Context) {
	ctx = extract(ctx)
	ctx, s := trees.Tracer.Start(ctx, "handle")
	defer s.End()
	_, l := trees.Tracer.Start(ctx, "load")
	defer l.End()
	trees.Leaf("child of load")
}

func handleDirect(ctx context.Context) {
	hctx, s := trees.Tracer.Start(prop.Extract(ctx, propagation.MapCarrier{}), "handle")
	_, l := trees.Tracer.Start(hctx, "load")
	trees.Leaf("child of load")
	l.End()
	trees.Leaf("child of handle")
	s.End()
}

// Start's argument is a call that returns a ctx: the usual handler.
func StartOfACall() {
	for _, handle := range []func(context.Context){handleInCall, handleInVariable, handleDirect} {
		handle(bg)
		trees.Leaf("after")
		trees.Print()
	}
	// Plain:
	// after
	// child of load
	// handle (under a span not exported)
	//   load
	// after
	// child of load
	// handle (under a span not exported)
	//   load
	// after
	// child of handle
	// child of load
	// handle
	//   load

	// Woven:
	// after
	// handle (under a span not exported)
	//   load
	//     child of load
	// after
	// handle (under a span not exported)
	//   load
	//     child of load
	// after
	// handle
	//   child of handle
	//   load
	//     child of load
}
