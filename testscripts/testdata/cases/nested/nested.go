package main

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

type op struct {
	ctx  context.Context
	span trace.Span
}

func endFunc(ctx context.Context, name string) (context.Context, func()) {
	ctx, span := trees.Tracer.Start(ctx, name)
	return ctx, func() { span.End() }
}

func two(yield func(int) bool) { _ = yield(1) && yield(2) }

func closures(ctx context.Context, ch chan int) {
	var fs []func()
	for range 2 {
		fs = append(fs, func() {
			for range two {
				for range two {
					_, end := endFunc(ctx, "func")
					for range ch {
					}
					end()
					o := &op{}
					o.ctx, o.span = trees.Tracer.Start(ctx, "field, goroutine")
					var wg sync.WaitGroup
					wg.Add(1)
					go func() { defer wg.Done(); o.span.End() }()
					wg.Wait()
				}
				p := &op{}
				p.ctx, p.span = trees.Tracer.Start(ctx, "field")
				var s trace.Span
				_, s = trees.Tracer.Start(p.ctx, "given")
				fin := make(chan trace.Span, 1)
				defer close(fin)
				fin <- s
				p.span.End()
			}
		})
	}
	for _, f := range fs {
		f()
	}
}

// All that can be nested, nested: the woven text compiles.
func Nested() {
	ctx, span := trees.Tracer.Start(context.Background(), "root")
	ch := make(chan int)
	close(ch)
	closures(ctx, ch)
	span.End()
	trees.Print()
	// Output:
	// root
	//   field
	//   field
	//   field
	//   field
	//   field, goroutine
	//   field, goroutine
	//   field, goroutine
	//   field, goroutine
	//   field, goroutine
	//   field, goroutine
	//   field, goroutine
	//   field, goroutine
	//   func
	//   func
	//   func
	//   func
	//   func
	//   func
	//   func
	//   func
}
