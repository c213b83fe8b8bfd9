package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

// Who asks a ctx for a span that is not in it.

// request runs f under an open span, which it does not pass on, and says what
// became of the span.
func request(f func()) {
	exp := tracetest.NewInMemoryExporter()
	tr := sdk.NewTracerProvider(sdk.WithSyncer(exp)).Tracer("x")
	_, s := tr.Start(bg, "request")
	f()
	fmt.Print("open: ", s.IsRecording())
	s.End()
	for _, s := range exp.GetSpans() {
		fmt.Printf("; %s: status %v %q, %d attributes, %d events", s.Name, s.Status.Code, s.Status.Description, len(s.Attributes), len(s.Events))
	}
	fmt.Println()
}

func endsByDefer(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	defer span.End()
}

func endsInClosure(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	defer func() {
		span.SetStatus(codes.Error, "closure")
		span.End()
	}()
}

func endsAtOnce(ctx context.Context) { trace.SpanFromContext(ctx).End() }

func endsByMethodValue(ctx context.Context) {
	end := trace.SpanFromContext(ctx).End
	defer end()
}

type holder struct{ span trace.Span }

func (h *holder) open(ctx context.Context) { h.span = trace.SpanFromContext(ctx) }
func (h *holder) close()                   { h.span.End() }

func endsInGoroutine(ctx context.Context) {
	var wg sync.WaitGroup
	span := trace.SpanFromContext(ctx)
	wg.Go(func() { span.End() })
	wg.Wait()
}

// The usual mistake, which is harmless where ctx holds no span.
func GetterEnds() {
	request(func() { endsByDefer(bg) })
	request(func() { endsInClosure(bg) })
	request(func() { endsAtOnce(bg) })
	request(func() { endsByMethodValue(bg) })
	request(func() {
		var h holder
		h.open(bg)
		h.close()
	})
	request(func() { endsInGoroutine(bg) })
	// Output:
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events
}

func renames(ctx context.Context) { trace.SpanFromContext(ctx).SetName("renamed") }

func GetterRenames() {
	request(func() { renames(bg) })
	// Output:
	// open: true; request: status Unset "", 0 attributes, 0 events
}

func notes(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	span.SetAttributes(attribute.Bool("hit", false))
	span.AddEvent("miss")
	if span.IsRecording() {
		span.RecordError(errors.New("gone"))
		span.SetStatus(codes.Error, "gone")
	}
}

type noter struct{ ctx context.Context }

func (n noter) note() { trace.SpanFromContext(n.ctx).AddEvent("noted") }

// What is added to the span of a ctx that was lost on the way is the current
// span's.
func GetterAdds() {
	request(func() { notes(bg) })
	request(func() { noter{bg}.note() })
	request(func() {
		var wg sync.WaitGroup
		wg.Go(func() { notes(bg) })
		wg.Wait()
	})
	// Plain:
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events

	// Woven:
	// open: true; request: status Error "gone", 1 attributes, 2 events
	// open: true; request: status Unset "", 0 attributes, 1 events
	// open: true; request: status Error "gone", 1 attributes, 2 events
}

// A view of an open span is not current for who takes it, nor is its ctx.
func GetterIDs() {
	_, s := trees.Tracer.Start(bg, "request")
	ids := func(ctx context.Context) trace.SpanID { return trace.SpanFromContext(ctx).SpanContext().SpanID() }
	fmt.Println("the request's:", ids(bg) == s.SpanContext().SpanID())
	s.End()
	fmt.Println("valid after its end:", ids(bg).IsValid())
	trees.Print()
	// Plain:
	// the request's: false
	// valid after its end: false
	// request

	// Woven:
	// the request's: true
	// valid after its end: false
	// request
}

var cacheTracer trace.Tracer // nil: the cache is not traced

func startCacheSpan(ctx context.Context) (context.Context, trace.Span) {
	if cacheTracer == nil {
		return ctx, trace.SpanFromContext(context.Background())
	}
	return cacheTracer.Start(ctx, "cache.Get")
}

func startOfNil(ctx context.Context) (context.Context, trace.Span) {
	return ctx, trace.SpanFromContext(nil)
}

func startOfTODO(ctx context.Context) (context.Context, trace.Span) {
	return ctx, trace.SpanFromContext(context.TODO())
}

// How code asks for a span that is safe to end.
func NoopSpanByGetter() {
	for _, start := range []func(context.Context) (context.Context, trace.Span){startCacheSpan, startOfNil, startOfTODO} {
		request(func() {
			_, span := start(bg)
			defer span.End()
			span.SetAttributes(attribute.Bool("hit", false))
			span.SetStatus(codes.Error, "miss")
		})
	}
	// Output:
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events
	// open: true; request: status Unset "", 0 attributes, 0 events
}

// A no-op span of the cache leaves the request's current.
func NoopSpanByGetterKeepsCurrent() {
	_, s := trees.Tracer.Start(bg, "request")
	_, n := startCacheSpan(bg)
	trees.Leaf("load")
	n.End()
	trees.Leaf("more")
	s.End()
	trees.Print()
	// Plain:
	// load
	// more
	// request

	// Woven:
	// request
	//   load
	//   more
}

func before(ctx context.Context, tr trace.Tracer, cmd string) context.Context {
	if cmd == "PING" {
		return ctx
	}
	ctx, _ = tr.Start(ctx, cmd)
	return ctx
}

func after(ctx context.Context, err error) {
	span := trace.SpanFromContext(ctx)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	span.End()
}

// A pair of hooks: the second ends the span in ctx, which is the first one's, or a
// no-op.
func HookPairEnds() {
	request(func() {
		ctx := before(bg, trees.Tracer, "PING")
		after(ctx, errors.New("no pong"))
		ctx = before(bg, trees.Tracer, "GET")
		after(ctx, nil)
	})
	trees.Print()
	// Output:
	// open: true; request: status Unset "", 0 attributes, 0 events
	// GET
}

type linksKey struct{}

func parents(ctx context.Context) []trace.Link {
	if sc := trace.SpanContextFromContext(ctx); sc.IsValid() {
		return []trace.Link{{SpanContext: sc}}
	}
	l, _ := ctx.Value(linksKey{}).([]trace.Link)
	return l
}

type collecting struct {
	ctx context.Context
	n   int
}

func (b *collecting) add(ctx context.Context) {
	if b.n++; b.n == 1 {
		b.ctx = ctx
		return
	}
	b.ctx = context.WithValue(bg, linksKey{}, append(parents(b.ctx), parents(ctx)...))
}

func (b *collecting) flush() {
	_, s := trees.Tracer.Start(b.ctx, "flush", trace.WithLinks(parents(b.ctx)...))
	s.End()
}

// A batch's ctx holds links instead of a span, as the collector's exporterhelper
// does it. Its links are its callers', whoever runs it.
func LinksInContext() {
	b := &collecting{}
	for _, name := range []string{"A", "B", "C"} {
		ctx, s := trees.Tracer.Start(bg, name)
		b.add(ctx)
		s.End()
	}
	b.flush()
	trees.Print()
	// Output:
	// A
	// B
	// C
	// flush -> A -> B -> C
}

// Asked by SpanFromContext, and the link made by LinkFromContext.
func LinksInContextOtherwise() {
	var links []trace.Link
	add := func(ctx context.Context) {
		if trace.SpanFromContext(ctx).SpanContext().IsValid() {
			links = append(links, trace.LinkFromContext(ctx))
		}
	}
	for _, name := range []string{"A", "B"} {
		ctx, s := trees.Tracer.Start(bg, name)
		add(ctx)
		s.End()
	}
	_, s := trees.Tracer.Start(bg, "flush", trace.WithLinks(links...))
	s.End()
	trees.Print()
	// Output:
	// A
	// B
	// flush -> A -> B
}
