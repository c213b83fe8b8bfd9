package main

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

// A ctx that holds a span and no baggage has none: its maker left it out.
func BaggageLeftOut() {
	ctx, s := trees.Tracer.Start(with("user", "alice"), "request")
	defer s.End()
	show := func(name string, ctx context.Context) {
		c := propagation.MapCarrier{}
		propagation.Baggage{}.Inject(ctx, c)
		fmt.Printf("%s: %q, sent %q\n", name, baggage.FromContext(ctx), c["baggage"])
	}
	show("span alone", trace.ContextWithSpan(bg, trace.SpanFromContext(ctx)))
	show("stripped", baggage.ContextWithoutBaggage(ctx))
	show("span context", trace.ContextWithSpanContext(bg, s.SpanContext()))
	show("remote", trace.ContextWithRemoteSpanContext(bg, s.SpanContext()))
	cctx, c := trees.Tracer.Start(baggage.ContextWithoutBaggage(ctx), "child")
	show("child of stripped", cctx)
	c.End()
	show("other", baggage.ContextWithBaggage(ctx, baggage.FromContext(with("user", "bob"))))
	show("passed", ctx)
	// Output:
	// span alone: "", sent ""
	// stripped: "", sent ""
	// span context: "", sent ""
	// remote: "", sent ""
	// child of stripped: "", sent ""
	// other: "user=bob", sent "user=bob"
	// passed: "user=alice", sent "user=alice"
}

// A ctx that holds neither has the current span's.
func BaggageOfCurrent() {
	_, s := trees.Tracer.Start(with("user", "alice"), "request")
	fmt.Printf("own code: %q\n", baggage.FromContext(bg))
	ctx, c := trees.Tracer.Start(bg, "child")
	fmt.Printf("child's ctx: %q\n", baggage.FromContext(ctx))
	c.End()
	carrier := propagation.MapCarrier{}
	both.Inject(ctx, carrier)
	fmt.Printf("sent with child's ctx: %q\n", carrier["baggage"])
	done := make(chan bool)
	go func() {
		_, g := trees.Tracer.Start(bg, "goroutine")
		fmt.Printf("goroutine: %q\n", baggage.FromContext(bg))
		g.End()
		close(done)
	}()
	<-done
	_, o := trees.Tracer.Start(with("user", "bob"), "other")
	fmt.Printf("other: %q\n", baggage.FromContext(bg))
	o.End()
	fmt.Printf("after it: %q\n", baggage.FromContext(bg))
	s.End()
	fmt.Printf("after the request: %q\n", baggage.FromContext(bg))
	// Plain:
	// own code: ""
	// child's ctx: ""
	// sent with child's ctx: ""
	// goroutine: ""
	// other: ""
	// after it: ""
	// after the request: ""

	// Woven:
	// own code: "user=alice"
	// child's ctx: "user=alice"
	// sent with child's ctx: "user=alice"
	// goroutine: "user=alice"
	// other: "user=bob"
	// after it: "user=alice"
	// after the request: ""
}

// Fire and forget: who inherited keeps the baggage as long as the span, not by who is
// faster.
func BaggageOfFireAndForget() {
	ended, done := make(chan bool), make(chan bool)
	_, s := trees.Tracer.Start(with("user", "alice"), "request")
	go func() {
		fmt.Printf("open: %q\n", baggage.FromContext(bg))
		done <- true
		<-ended
		fmt.Printf("ended: %q\n", baggage.FromContext(bg))
		_, c := trees.Tracer.Start(bg, "child")
		fmt.Println("ended: child of request:", c.(sdk.ReadOnlySpan).Parent().SpanID() == s.SpanContext().SpanID())
		fmt.Printf("child: %q\n", baggage.FromContext(bg))
		c.End()
		done <- true
	}()
	<-done
	s.End()
	close(ended)
	<-done
	// Plain:
	// open: ""
	// ended: ""
	// ended: child of request: false
	// child: ""

	// Woven:
	// open: "user=alice"
	// ended: "user=alice"
	// ended: child of request: true
	// child: "user=alice"
}
