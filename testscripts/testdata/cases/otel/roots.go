package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/x/trees"
)

// Roots that are made on purpose.

func leaf(ctx context.Context, name string) {
	_, s := trees.Tracer.Start(ctx, name)
	s.End()
}

func RootBySpanTakenOut() {
	ctx, s := trees.Tracer.Start(bg, "request")
	leaf(trace.ContextWithSpan(ctx, nil), "nil")
	leaf(trace.ContextWithSpan(ctx, noop.Span{}), "no-op")
	leaf(trace.ContextWithSpan(ctx, trace.SpanFromContext(context.Background())), "of Background")
	leaf(trace.ContextWithSpan(ctx, trace.SpanFromContext(nil)), "of nil")
	leaf(trace.ContextWithSpanContext(ctx, trace.SpanContext{}), "no span context")
	leaf(trace.ContextWithRemoteSpanContext(ctx, trace.SpanContext{}), "no remote span context")
	leaf(trace.ContextWithSpan(bg, nil), "nil in Background")
	s.End()
	trees.Print()
	// Output:
	// nil
	// nil in Background
	// no remote span context
	// no span context
	// no-op
	// of Background
	// of nil
	// request
}

type wkey struct{}

type service struct{ ctx context.Context }

func (s *service) audit(name string) { leaf(s.ctx, name) }

// What is made of the ctx, where it is kept and which goroutine uses it make no
// difference.
func RootBySpanTakenOutAndKept() {
	ctx, s := trees.Tracer.Start(bg, "request")
	out := trace.ContextWithSpan(ctx, nil)
	leaf(context.WithValue(out, wkey{}, 1), "value")
	inner, cancel := context.WithCancel(context.WithoutCancel(out))
	leaf(inner, "cancel")
	cancel()
	(&service{out}).audit("field")
	done := make(chan bool)
	go func() {
		leaf(out, "goroutine")
		ctx, s := trees.Tracer.Start(out, "goroutine's own")
		leaf(ctx, "its child")
		s.End()
		close(done)
	}()
	<-done
	func(ctx context.Context) {
		ctx, a := trees.Tracer.Start(ctx, "audit")
		defer a.End()
		leaf(ctx, "part of audit")
	}(out)
	leaf(ctx, "child")
	s.End()
	trees.Print()
	// Output:
	// audit
	//   part of audit
	// cancel
	// field
	// goroutine
	// goroutine's own
	//   its child
	// request
	//   child
	// value
}

func RootBySpanTakenOutInject() {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("%s: %q\n", r.URL.Path[1:], r.Header.Get("traceparent"))
	}))
	defer srv.Close()
	ctx, s := trees.Tracer.Start(bg, "request")
	for _, c := range []struct {
		name string
		ctx  context.Context
	}{
		{"nil", trace.ContextWithSpan(ctx, nil)},
		{"no-op", trace.ContextWithSpan(ctx, noop.Span{})},
		{"none", trace.ContextWithSpanContext(ctx, trace.SpanContext{})},
	} {
		r, _ := http.NewRequestWithContext(c.ctx, "GET", srv.URL+"/"+c.name, nil)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			fmt.Println(err)
			return
		}
		res.Body.Close()
		carrier := propagation.MapCarrier{}
		otel.GetTextMapPropagator().Inject(c.ctx, carrier)
		fmt.Println("injected:", len(carrier))
	}
	s.End()
	// Output:
	// nil: ""
	// injected: 0
	// no-op: ""
	// injected: 0
	// none: ""
	// injected: 0
}

// A ctx without the span is kept by a worker.
func RootBySpanTakenOutWorker() {
	jobs, done := make(chan int), make(chan int)
	func() {
		ctx, s := trees.Tracer.Start(bg, "set-up", trace.WithNewRoot())
		defer s.End()
		cached := trace.ContextWithSpan(ctx, nil)
		go func() {
			defer close(done)
			for range jobs {
				leaf(cached, "job")
			}
		}()
	}()
	jobs <- 1
	close(jobs)
	<-done
	trees.Print()
	// Output:
	// job
	// set-up
}

// A carrier that holds nothing says that the caller has no trace.
func RootByExtractOfNothing() {
	props := map[string]propagation.TextMapPropagator{
		"tracecontext": propagation.TraceContext{},
		"both":         both,
	}
	otel.SetTextMapPropagator(both)
	_, s := trees.Tracer.Start(bg, "pump")
	for name, p := range props {
		leaf(p.Extract(bg, propagation.MapCarrier{}), name)
		ctx := p.Extract(bg, propagation.MapCarrier{"baggage": "user=alice"})
		ctx, h := trees.Tracer.Start(ctx, name+", handle")
		leaf(ctx, name+", load")
		h.End()
	}
	leaf(otel.GetTextMapPropagator().Extract(bg, propagation.HeaderCarrier{}), "global")
	s.End()
	trees.Print()
	// Output:
	// both
	// both, handle
	//   both, load
	// global
	// pump
	// tracecontext
	// tracecontext, handle
	//   tracecontext, load
}

func RootByNewRoot() {
	ctx, s := trees.Tracer.Start(bg, "request")
	_, a := trees.Tracer.Start(ctx, "audit", trace.WithNewRoot())
	a.End()
	opts := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer), trace.WithNewRoot()}
	bctx, b := trees.Tracer.Start(bg, "b", opts...)
	leaf(bctx, "child of b")
	b.End()
	s.End()
	trees.Print()
	// Output:
	// audit
	// b
	//   child of b
	// request
}

// One trace per message of a stream, linked to the stream.
func RootByLinkToCurrent() {
	ctx, s := trees.Tracer.Start(bg, "poller")
	for range 2 {
		_, m := trees.Tracer.Start(context.Background(), "polled", trace.WithLinks(trace.LinkFromContext(ctx)), trace.WithSpanKind(trace.SpanKindConsumer))
		m.End()
	}
	poll := func() {
		_, m := trees.Tracer.Start(bg, "by its span context", trace.WithLinks(trace.Link{SpanContext: s.SpanContext()}))
		defer m.End()
		trees.Leaf("work")
	}
	poll()
	done := make(chan bool)
	go func() { poll(); close(done) }()
	<-done
	s.End()
	trees.Print()
	// Plain:
	// by its span context -> poller
	// by its span context -> poller
	// polled -> poller
	// polled -> poller
	// poller
	// work
	// work

	// Woven:
	// by its span context -> poller
	//   work
	// by its span context -> poller
	//   work
	// polled -> poller
	// polled -> poller
	// poller
}

// Who has a ctx with a span at hand and says Background means a root.
func RootByBackgroundBesideContext() {
	ctx, s := trees.Tracer.Start(bg, "request")
	_, a := trees.Tracer.Start(context.Background(), "audit")
	a.End()
	func(ctx context.Context) {
		_, b := trees.Tracer.Start(context.TODO(), "audit of a parameter")
		b.End()
		leaf(ctx, "child")
	}(ctx)
	done := make(chan bool)
	go func() {
		_, c := trees.Tracer.Start(context.Background(), "audit in a goroutine")
		c.End()
		close(done)
	}()
	<-done
	s.End()
	trees.Print()
	// Output:
	// audit
	// audit in a goroutine
	// audit of a parameter
	// request
	//   child
}

func query(ctx context.Context) trace.Span {
	qctx, q := trees.Tracer.Start(ctx, "query")
	defer q.End()
	_ = qctx                                   // the driver's
	_, rows := trees.Tracer.Start(ctx, "rows") // the caller's, not the query's
	return rows
}

type driver struct{ tr trace.Tracer }

func (d *driver) query(ctx context.Context) {
	qctx, q := d.tr.Start(ctx, "query")
	leaf(qctx, "driver")
	_, rows := d.tr.Start(ctx, "rows")
	rows.End()
	q.End()
}

func queryInClosure(ctx context.Context) {
	qctx, q := trees.Tracer.Start(ctx, "query")
	defer q.End()
	run := func() {
		_, rows := trees.Tracer.Start(ctx, "rows")
		defer rows.End()
	}
	run()
	_ = qctx
}

func queryThree(ctx context.Context) {
	a, sa := trees.Tracer.Start(ctx, "one")
	b, sb := trees.Tracer.Start(ctx, "two")
	c, sc := trees.Tracer.Start(ctx, "three")
	leaf(a, "of one")
	leaf(b, "of two")
	leaf(c, "of three")
	sc.End()
	sb.End()
	sa.End()
}

// Two spans from the same outer ctx are siblings, whether it holds a span or not.
func SiblingsOfOneContext() {
	query(bg).End()
	ctx, r := trees.Tracer.Start(bg, "request")
	query(ctx).End()
	r.End()
	trees.Print()
	d := &driver{trees.Tracer}
	d.query(bg)
	trees.Print()
	queryThree(bg)
	trees.Print()
	// Output:
	// query
	// request
	//   query
	//   rows
	// rows
	// query
	//   driver
	// rows
	// one
	//   of one
	// three
	//   of three
	// two
	//   of two
}

// A callee that is handed the outer ctx starts a sibling, too, be it on another
// goroutine or by a helper; one that is handed nothing starts a child.
func SiblingsInCallee() {
	type key struct{}
	outer(context.WithValue(bg, key{}, 1))
	trees.Print()
	// Plain:
	// bare
	// helped
	// of a goroutine
	// of a method
	// outer
	//   inner
	//     deep

	// Woven:
	// helped
	// of a goroutine
	// of a method
	// outer
	//   bare
	//   inner
	//     deep
}

func outer(ctx context.Context) {
	kept, span := helperStart(ctx, "outer")
	defer span.End()
	leafOf(kept, "inner", func(ctx context.Context) { leafOf(ctx, "deep", nil) })
	(&driver{trees.Tracer}).leaf(ctx)
	done := make(chan bool)
	go func() { leafOf(ctx, "of a goroutine", nil); close(done) }()
	<-done
	_, s := helperStart(ctx, "helped")
	s.End()
	trees.Leaf("bare")
}

func helperStart(ctx context.Context, name string) (context.Context, trace.Span) {
	spanCtx, span := trees.Tracer.Start(ctx, name)
	span.AddEvent("started")
	return spanCtx, span
}

func leafOf(ctx context.Context, name string, f func(context.Context)) {
	ctx, span := trees.Tracer.Start(ctx, name)
	defer span.End()
	if f != nil {
		f(ctx)
	}
}

func (d *driver) leaf(ctx context.Context) { leafOf(ctx, "of a method", nil) }

// A closure that starts from the outer ctx starts a sibling.
func SiblingInClosure() {
	type key struct{}
	queryInClosure(context.WithValue(bg, key{}, 1))
	trees.Print()
	// Output:
	// query
	// rows
}

// Not so where that is Background itself, which all contexts without a value are: the
// closure may be anyone's.
func SiblingInClosureOfBackground() {
	queryInClosure(bg)
	trees.Print()
	// Plain:
	// query
	// rows

	// Woven:
	// query
	// rows
}

// What was current before is the siblings' parent.
func SiblingsUnderCurrent() {
	_, r := trees.Tracer.Start(bg, "request")
	queryThree(bg)
	(&driver{trees.Tracer}).query(bg)
	r.End()
	trees.Print()
	// Plain:
	// one
	//   of one
	// query
	//   driver
	// request
	// rows
	// three
	//   of three
	// two
	//   of two

	// Woven:
	// request
	//   one
	//     of one
	//   query
	//     driver
	//   rows
	//   three
	//     of three
	//   two
	//     of two
}

// Nothing is current where the carrier is asked, and something is where the answer is
// used.
func RootByExtractOfNothingBefore() {
	ctx := both.Extract(bg, propagation.MapCarrier{})
	_, s := trees.Tracer.Start(bg, "pump")
	leaf(ctx, "handle")
	s.End()
	trees.Print()
	// Output:
	// handle
	// pump
}

// What was current before is a dropped span: its siblings are dropped with it.
func SiblingsUnderDropped() {
	tr := dropping()
	all := sdk.NewTracerProvider(sdk.WithSampler(sdk.ParentBased(byName{}))).Tracer("x")
	for _, tr := range []trace.Tracer{tr, all} {
		_, r := tr.Start(bg, "drop")
		query := func(ctx context.Context) {
			qctx, q := tr.Start(ctx, "query")
			_, rows := tr.Start(ctx, "rows")
			of := r.SpanContext().TraceID()
			fmt.Println("of the request:", q.SpanContext().TraceID() == of, rows.SpanContext().TraceID() == of)
			rows.End()
			q.End()
			_ = qctx
		}
		query(bg)
		r.End()
	}
	// Plain:
	// of the request: false false
	// of the request: false false

	// Woven:
	// of the request: true true
	// of the request: true true
}
