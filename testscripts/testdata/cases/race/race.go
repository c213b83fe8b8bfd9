package main

import (
	"context"
	"fmt"
	"sync"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

// What the race detector sees.

type watchdog struct{ wg *sync.WaitGroup }

func (p watchdog) OnStart(_ context.Context, s sdk.ReadWriteSpan) {
	p.wg.Add(1)
	go func() { defer p.wg.Done(); s.End() }()
}
func (p watchdog) OnEnd(s sdk.ReadOnlySpan)         {}
func (p watchdog) Shutdown(context.Context) error   { return nil }
func (p watchdog) ForceFlush(context.Context) error { return nil }

// A processor's OnStart hands the span to a goroutine, which ends it before Start
// has returned, or after.
func EndedInOnStart() {
	var wg sync.WaitGroup
	tr := sdk.NewTracerProvider(sdk.WithSpanProcessor(watchdog{&wg})).Tracer("x")
	for range 200 {
		_, s := tr.Start(context.Background(), "w")
		s.AddEvent("x")
	}
	wg.Wait()
	fmt.Println("done")
	// Output:
	// done
}

type ender struct{ s chan trace.Span }

func (p ender) OnStart(_ context.Context, s sdk.ReadWriteSpan) { s.End() }
func (p ender) OnEnd(s sdk.ReadOnlySpan)                       {}
func (p ender) Shutdown(context.Context) error                 { return nil }
func (p ender) ForceFlush(context.Context) error               { return nil }

// A span that ended before its Start returned is no parent.
func EndedBeforeStartReturns() {
	tr := sdk.NewTracerProvider(sdk.WithSpanProcessor(ender{})).Tracer("x")
	for range 50 {
		_, s := tr.Start(context.Background(), "w")
		_, c := tr.Start(context.Background(), "c")
		if c.(sdk.ReadOnlySpan).Parent().IsValid() {
			fmt.Println("under an ended span")
		}
		c.End()
		s.End()
	}
	fmt.Println("done")
	// Output:
	// done
}

// One span used, and ended, by many goroutines at a time.
func EndedByMany() {
	for range 100 {
		ctx, s := trees.Tracer.Start(context.Background(), "s")
		var wg sync.WaitGroup
		for range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, c := trees.Tracer.Start(ctx, "c")
				c.End()
				s.End()
				trace.SpanFromContext(context.Background()).AddEvent("late")
			}()
		}
		wg.Wait()
	}
	fmt.Println("done")
	// Output:
	// done
}
