// Package cases holds what is measured in a plain and in a woven build of the
// same test binary. It is in scope; package outside is not.
package cases

import (
	"context"
	"sync"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/drift-go/drift-toolexec/bench/outside"
)

var (
	recording = sdk.NewTracerProvider().Tracer("bench")
	dropping  = sdk.NewTracerProvider(sdk.WithSampler(sdk.NeverSample())).Tracer("bench")
	bg        = context.Background()
	sink      trace.Span
)

// under runs a benchmark's loop in a function that has a span open.
func under(b *testing.B, loop func()) {
	_, span := recording.Start(bg, "open")
	defer span.End()
	b.ReportAllocs()
	b.ResetTimer()
	loop()
	b.StopTimer()
}

func spawnOne(wg *sync.WaitGroup) {
	wg.Add(1)
	go wg.Done()
	wg.Wait()
}

func BenchmarkSpawnUnderSpan(b *testing.B) {
	under(b, func() {
		var wg sync.WaitGroup
		for range b.N {
			spawnOne(&wg)
		}
	})
}

func BenchmarkSpawnNoSpan(b *testing.B) {
	b.ReportAllocs()
	var wg sync.WaitGroup
	for range b.N {
		spawnOne(&wg)
	}
}

func BenchmarkSpawnOutOfScope(b *testing.B) {
	under(b, func() {
		var wg sync.WaitGroup
		for range b.N {
			outside.Spawn(&wg)
		}
	})
}

func BenchmarkChannelOutOfScope(b *testing.B) {
	under(b, func() {
		for range b.N {
			outside.Send()
		}
	})
}

func BenchmarkSpanFromContextExplicit(b *testing.B) {
	ctx, span := recording.Start(bg, "explicit")
	defer span.End()
	b.ReportAllocs()
	for range b.N {
		sink = trace.SpanFromContext(ctx)
	}
}

func BenchmarkSpanFromContextNone(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		sink = trace.SpanFromContext(bg)
	}
}

// In a woven build this one falls back to the slot.
func BenchmarkSpanFromContextFallback(b *testing.B) {
	under(b, func() {
		for range b.N {
			sink = trace.SpanFromContext(bg)
		}
	})
}

func BenchmarkStartEndRoot(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		_, span := recording.Start(bg, "root")
		span.End()
	}
}

func BenchmarkStartEndChild(b *testing.B) {
	ctx, parent := recording.Start(bg, "parent")
	defer parent.End()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		_, span := recording.Start(ctx, "child")
		span.End()
	}
}

func work(ctx context.Context) {
	_, span := recording.Start(ctx, "work")
	defer span.End()
}

func BenchmarkStartEndDeferred(b *testing.B) {
	ctx, parent := recording.Start(bg, "parent")
	defer parent.End()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		work(ctx)
	}
}

func BenchmarkStartEndDropped(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		_, span := dropping.Start(bg, "dropped")
		span.End()
	}
}
