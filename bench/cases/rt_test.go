package cases

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/drift-go/drift-toolexec/rt"
)

// request is a context with an open span.
func request(b *testing.B) context.Context {
	ctx, span := recording.Start(bg, "request")
	b.Cleanup(func() { span.End() })
	return ctx
}

// Binding and calling it.
func BenchmarkRTBind(b *testing.B) {
	ctx := request(b)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		rt.Bind(ctx, inc)()
	}
}

// Under values, as middleware leaves them, a context is searched longer.
func BenchmarkRTBindDeep(b *testing.B) {
	ctx := request(b)
	type key int
	for i := range 5 {
		ctx = context.WithValue(ctx, key(i), i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		rt.Bind(ctx, inc)()
	}
}

// What was bound is called often.
func BenchmarkRTBoundCall(b *testing.B) {
	f := rt.Bind(request(b), inc)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		f()
	}
}

func BenchmarkRTBindBaggage(b *testing.B) {
	bag, err := baggage.Parse("user=1")
	if err != nil {
		b.Fatal(err)
	}
	ctx := baggage.ContextWithBaggage(request(b), bag)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		rt.Bind(ctx, inc)()
	}
}

func BenchmarkRTDo(b *testing.B) {
	ctx := request(b)
	f := func(context.Context) { count++ }
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		rt.Do(ctx, f)
	}
}

func BenchmarkRTDoNoSpan(b *testing.B) {
	f := func(context.Context) { count++ }
	b.ReportAllocs()
	for range b.N {
		rt.Do(bg, f)
	}
}

func BenchmarkRTDoRemote(b *testing.B) {
	ctx := trace.ContextWithRemoteSpanContext(bg, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
	f := func(context.Context) { count++ }
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		rt.Do(ctx, f)
	}
}

func BenchmarkRTGroup(b *testing.B) {
	ctx := request(b)
	f := func(context.Context) error { return nil }
	b.ReportAllocs()
	b.ResetTimer()
	var g rt.Group
	for range b.N {
		g.GoContext(ctx, f)
		g.Wait()
	}
}

func BenchmarkRTPool(b *testing.B) {
	ctx := request(b)
	p := rt.NewPool(2)
	defer p.Close()
	f := func(context.Context) error { return nil }
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		task, err := p.Submit(ctx, f)
		if err != nil {
			b.Fatal(err)
		}
		if err := task.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}
