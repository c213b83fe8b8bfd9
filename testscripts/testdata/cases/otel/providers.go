package main

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/x/early"
	"example.com/x/trees"
)

// Spans of different TracerProviders.

func orphans(e *tracetest.InMemoryExporter) (all, orphan int) {
	own := map[trace.SpanID]bool{}
	for _, s := range e.GetSpans() {
		own[s.SpanContext.SpanID()] = true
	}
	for _, s := range e.GetSpans() {
		all++
		if s.Parent.IsValid() && !own[s.Parent.SpanID()] {
			orphan++ // its parent is in another backend, or nowhere
		}
	}
	return
}

func TwoProviders() {
	run := func(what string, appS, auditS sdk.Sampler, f func(app, audit trace.Tracer)) {
		appExp, auditExp := tracetest.NewInMemoryExporter(), tracetest.NewInMemoryExporter()
		app := sdk.NewTracerProvider(sdk.WithSyncer(appExp), sdk.WithSampler(appS)).Tracer("app")
		audit := sdk.NewTracerProvider(sdk.WithSyncer(auditExp), sdk.WithSampler(auditS)).Tracer("audit")
		for range 100 {
			f(app, audit)
		}
		n, o := orphans(appExp)
		m, p := orphans(auditExp)
		fmt.Printf("%s: app %d spans, %d orphans; audit %d spans, %d orphans\n", what, n, o, m, p)
	}
	on := sdk.ParentBased(sdk.AlwaysSample())
	off := sdk.ParentBased(sdk.NeverSample())
	inRequest := func(app, audit trace.Tracer) {
		_, req := app.Start(bg, "request")
		_, a := audit.Start(bg, "audit")
		a.End()
		req.End()
	}
	run("audit in a request", on, on, inRequest)
	run("audit in a request that is dropped", off, on, inRequest)
	around := func(app, audit trace.Tracer) {
		_, a := audit.Start(bg, "audit", trace.WithNewRoot())
		_, w := app.Start(bg, "work")
		w.End()
		a.End()
	}
	run("work in an audit", on, on, around)
	run("work in an audit that is dropped", on, off, around)
	apart := func(app, audit trace.Tracer) {
		_, r := app.Start(bg, "request")
		done := make(chan bool)
		go func() {
			_, a := audit.Start(bg, "audit")
			_, w := app.Start(bg, "work")
			_, b := audit.Start(bg, "audit")
			b.End()
			w.End()
			a.End()
			close(done)
		}()
		<-done
		r.End()
	}
	run("in a goroutine", on, on, apart)
	// Output:
	// audit in a request: app 100 spans, 0 orphans; audit 100 spans, 0 orphans
	// audit in a request that is dropped: app 0 spans, 0 orphans; audit 100 spans, 0 orphans
	// work in an audit: app 100 spans, 0 orphans; audit 100 spans, 0 orphans
	// work in an audit that is dropped: app 100 spans, 0 orphans; audit 0 spans, 0 orphans
	// in a goroutine: app 200 spans, 0 orphans; audit 200 spans, 0 orphans
}

func SecondProviderSamplesAll() {
	app := sdk.NewTracerProvider(sdk.WithSampler(sdk.NeverSample())).Tracer("app")
	_, s := app.Start(bg, "request")
	trees.Leaf("audit")
	s.End()
	trees.Print()
	// Output:
	// audit
}

// Each provider's span is current for its own tracers, below the other's too.
func TwoProvidersNested() {
	exp := tracetest.NewInMemoryExporter()
	other := sdk.NewTracerProvider(sdk.WithSyncer(exp)).Tracer("other")
	_, a := trees.Tracer.Start(bg, "a")
	_, x := other.Start(bg, "x")
	trees.Leaf("b")
	_, y := other.Start(bg, "y")
	y.End()
	x.End()
	trees.Leaf("c")
	a.End()
	trees.Print()
	for _, s := range exp.GetSpans() {
		fmt.Println(s.Name, "is a root:", !s.Parent.IsValid())
	}
	// Plain:
	// a
	// b
	// c
	// y is a root: true
	// x is a root: true

	// Woven:
	// a
	//   b
	//   c
	// y is a root: false
	// x is a root: true
}

// wrapping is a provider that embeds the SDK's.
type wrapping struct{ *sdk.TracerProvider }

// A global provider that delegates is the one it delegates to, and one that embeds
// the SDK's starts the SDK's spans.
func DelegatingProvider() {
	var wrapped trace.TracerProvider = wrapping{sdk.NewTracerProvider()}
	wt := wrapped.Tracer("w")
	_, a := trees.Tracer.Start(bg, "a")
	func() {
		_, b := early.Tracer.Start(bg, "b")
		defer b.End()
		_, c := otel.Tracer("late").Start(bg, "c")
		defer c.End()
		trees.Leaf("d")
	}()
	_, w := wt.Start(bg, "w")
	_, v := wt.Start(bg, "v")
	fmt.Println("w is a root:", !w.(sdk.ReadOnlySpan).Parent().IsValid())
	fmt.Println("v under w:", v.(sdk.ReadOnlySpan).Parent().SpanID() == w.SpanContext().SpanID())
	v.End()
	w.End()
	a.End()
	trees.Print()
	// Plain:
	// w is a root: true
	// v under w: false
	// a
	// b
	// c
	// d

	// Woven:
	// w is a root: true
	// v under w: true
	// a
	//   b
	//     c
	//       d
}

// foreignSpan is a span of a provider that has nothing to do with the SDK.
type foreignSpan struct {
	noop.Span
	sc trace.SpanContext
}

func (s *foreignSpan) SpanContext() trace.SpanContext { return s.sc }
func (s *foreignSpan) IsRecording() bool              { return true }

type foreignTracer struct{ noop.Tracer }

func (foreignTracer) Start(ctx context.Context, _ string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	s := &foreignSpan{sc: trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{7}, SpanID: trace.SpanID{7}, TraceFlags: 1})}
	return trace.ContextWithSpan(ctx, s), s
}

// A foreign span is never current: it can't be asked whether it has ended.
func ForeignSpan() {
	var t trace.Tracer = foreignTracer{}
	_, s := t.Start(bg, "a")
	defer s.End()
	trees.Leaf("while open")
	s.End()
	trees.Leaf("after")
	done := make(chan bool)
	go func() { trees.Leaf("goroutine"); close(done) }()
	<-done
	trees.Print()
	// Output:
	// after
	// goroutine
	// while open
}

// With its ctx passed, it is the parent it always was.
func ForeignSpanPassed() {
	ctx, s := foreignTracer{}.Start(bg, "a")
	leaf(ctx, "passed")
	s.End()
	_, r := trees.Tracer.Start(bg, "request")
	leaf(ctx, "passed beside a request")
	r.End()
	trees.Print()
	// Output:
	// passed (under a span not exported)
	// passed beside a request (under a span not exported)
	// request
}

// A decorator around a span that the SDK started in the same call is current as
// that one is.
type decorating struct{ trace.Tracer }

type decorated struct{ trace.Span }

func (d decorating) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx, span := d.Tracer.Start(ctx, name, opts...)
	s := decorated{span}
	return trace.ContextWithSpan(ctx, s), s
}

func DecoratedSpan() {
	var t trace.Tracer = decorating{trees.Tracer}
	func() {
		_, s := t.Start(bg, "request")
		defer s.End()
		trees.Leaf("leaf")
		_, c := t.Start(bg, "child")
		trees.Leaf("leaf of child")
		c.End()
		trees.Leaf("leaf after")
	}()
	trees.Leaf("after")
	trees.Print()
	// Plain:
	// after
	// child
	// leaf
	// leaf after
	// leaf of child
	// request

	// Woven:
	// after
	// request
	//   child
	//     leaf of child
	//   leaf
	//   leaf after
}
