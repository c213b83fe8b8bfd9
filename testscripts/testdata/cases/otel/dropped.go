package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

// A dropped span is a value that can't be compared, and so may a user's own be.

var bg = context.Background()

// both are the usual propagators.
var both = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

// dropping returns a tracer whose spans are all dropped.
func dropping() trace.Tracer {
	return sdk.NewTracerProvider(sdk.WithSampler(sdk.ParentBased(sdk.NeverSample()))).Tracer("x")
}

// with returns a ctx that holds the baggage key=value and nothing else.
func with(key, value string) context.Context {
	m, _ := baggage.NewMember(key, value)
	b, _ := baggage.New(m)
	return baggage.ContextWithBaggage(bg, b)
}

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "panics:", r)
			return
		}
		fmt.Println(name, "ok")
	}()
	f()
}

func DroppedSpanBaggage() {
	tr := sdk.NewTracerProvider(sdk.WithSampler(sdk.TraceIDRatioBased(0))).Tracer("x")
	ctx, span := tr.Start(bg, "not sampled")
	defer span.End()
	fmt.Println(baggage.FromContext(ctx).Len(), "members")
	// Output:
	// 0 members
}

func DroppedSpanInject() {
	otel.SetTextMapPropagator(both)
	tr := dropping()
	inject := func(ctx context.Context) { otel.GetTextMapPropagator().Inject(ctx, propagation.MapCarrier{}) }
	alice := with("user", "alice")
	try("none", func() {
		ctx, s := tr.Start(bg, "a")
		baggage.FromContext(ctx)
		s.End()
	})
	try("in ctx", func() {
		ctx, s := tr.Start(alice, "a")
		baggage.FromContext(ctx)
		s.End()
	})
	try("above, in a ctx of the span alone", func() {
		_, s := tr.Start(alice, "a")
		ctx := trace.ContextWithSpan(bg, s)
		baggage.FromContext(ctx)
		inject(ctx)
		s.End()
	})
	try("child", func() {
		_, s := tr.Start(alice, "a")
		ctx, c := tr.Start(bg, "child")
		inject(ctx)
		c.End()
		s.End()
	})
	try("goroutine", func() {
		_, s := tr.Start(alice, "a")
		done := make(chan any)
		go func() {
			defer func() { done <- recover() }()
			ctx, c := tr.Start(bg, "child")
			inject(ctx)
			c.End()
		}()
		if r := <-done; r != nil {
			panic(r)
		}
		s.End()
	})
	try("under a deadline", func() {
		ctx, s := tr.Start(alice, "a")
		defer s.End()
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		ctx, c := tr.Start(ctx, "child")
		defer c.End()
		inject(ctx)
		baggage.FromContext(ctx)
	})
	// Output:
	// none ok
	// in ctx ok
	// above, in a ctx of the span alone ok
	// child ok
	// goroutine ok
	// under a deadline ok
}

func DroppedRemoteParent() {
	otel.SetTextMapPropagator(both)
	tr := dropping()
	for _, flags := range []string{"01", "00"} {
		try("flags "+flags, func() {
			var got any
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() { got = recover() }()
				ctx, s := tr.Start(r.Context(), "edge")
				defer s.End()
				otel.GetTextMapPropagator().Inject(ctx, propagation.MapCarrier{})
			}))
			defer srv.Close()
			r, _ := http.NewRequest("GET", srv.URL, nil)
			r.Header.Set("traceparent", "00-0102030405060708090a0b0c0d0e0f10-0102030405060708-"+flags)
			r.Header.Set("baggage", "user=alice")
			res, err := http.DefaultClient.Do(r)
			if err == nil {
				res.Body.Close()
			}
			if got != nil {
				panic(got)
			}
		})
	}
	// Output:
	// flags 01 ok
	// flags 00 ok
}

// uncomparable is a span of a user's own TracerProvider: a value with a slice in it.
type uncomparable struct {
	trace.Span
	extra []attribute.KeyValue
}

type uncomparableTracer struct{ trace.Tracer }

func (t uncomparableTracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx, s := t.Tracer.Start(ctx, name, opts...)
	w := uncomparable{s, nil}
	return trace.ContextWithSpan(ctx, w), w
}

func UncomparableSpan() {
	otel.SetTextMapPropagator(propagation.Baggage{})
	var t trace.Tracer = uncomparableTracer{trees.Tracer}
	try("baggage", func() {
		ctx, s := t.Start(bg, "a")
		defer s.End()
		baggage.FromContext(ctx)
	})
	try("same ctx twice", func() {
		ctx, s := t.Start(with("user", "alice"), "b")
		defer s.End()
		ctx = trace.ContextWithSpan(ctx, s)
		otel.GetTextMapPropagator().Inject(trace.ContextWithSpan(bg, s), propagation.MapCarrier{})
		baggage.FromContext(ctx)
	})
	try("child and goroutine", func() {
		ctx, s := t.Start(bg, "c")
		_, c := t.Start(ctx, "d")
		done := make(chan int)
		go func() {
			_, e := t.Start(ctx, "e")
			e.End()
			close(done)
		}()
		<-done
		c.End()
		s.End()
	})
	trees.Print()
	// Output:
	// baggage ok
	// same ctx twice ok
	// child and goroutine ok
	// a
	// b
	// c
	//   d
	//   e
}

// tagged is a context of a user's own, a value that can't be compared.
type tagged struct {
	context.Context
	tags []string
}

func UncomparableContext() {
	try("start", func() {
		ctx, s := trees.Tracer.Start(tagged{bg, nil}, "a")
		defer s.End()
		_, c := trees.Tracer.Start(tagged{ctx, nil}, "b")
		defer c.End()
	})
	try("own func that returns it", func() {
		begin := func(ctx context.Context) (context.Context, trace.Span) {
			ctx, s := trees.Tracer.Start(ctx, "c")
			return tagged{ctx, nil}, s
		}
		ctx, s := begin(bg)
		defer s.End()
		ctx, c := begin(ctx)
		defer c.End()
		both.Inject(ctx, propagation.MapCarrier{})
	})
	trees.Print()
	// Output:
	// start ok
	// own func that returns it ok
	// a
	//   b
	// c
	//   c
}
