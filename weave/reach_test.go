package weave

import (
	"regexp"
	"testing"

	"github.com/drift-go/drift-toolexec/internal/seam"
)

// What woven code reaches, it reaches by a name that package seam has: the linker looks
// for that, and no compiler before it.
func TestReaches(t *testing.T) {
	links := map[string]bool{}
	for _, s := range seam.All {
		links[s.Link()] = true
	}
	const src = `package p

import (
	"context"
	"iter"
	"time"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func start(ctx context.Context) (context.Context, func()) {
	ctx, span := tracer.Start(ctx, "x")
	return ctx, func() { span.End() }
}

func all(ctx context.Context, seq iter.Seq[int], jobs chan string, out chan string) {
	for v := range seq {
		_ = v
		if v > 3 {
			continue
		}
		_, span := tracer.Start(context.Background(), "y")
		other, end := start(ctx)
		end()
		_, second := tracer.Start(ctx, "sibling")
		second.End()
		trace.SpanFromContext(other).AddEvent("z")
		_ = trace.SpanContextFromContext(other)
		_ = baggage.FromContext(other)
		span.End()
	}
	made := make(chan string, 1)
	for job := range jobs {
		_, span := tracer.Start(ctx, job)
		made <- job
		span.End()
	}
	for {
		select {
		case j := <-jobs:
			out <- j //drift:fresh
		case <-ctx.Done():
			return
		}
	}
}

//drift:bind task
func enqueue(task func()) { go task() }

func hand(f func()) { time.AfterFunc(1, f); go func() { f() }() }
`
	p := &Package{Path: "p", Own: true, Asks: true, Spans: true, Channels: true, Workers: true, Arch: "amd64", Importer: sourceImporter,
		Marks: []string{"time.AfterFunc"}, Sources: []Source{{Path: "p.go", Src: []byte(src)}}}
	r, err := Weave(p)
	if err != nil || !r.Changed() {
		t.Fatal(err)
	}
	n := 0
	for _, f := range r.Added {
		for _, m := range regexp.MustCompile(`(?m)^//go:linkname \S+ (\S+)$`).FindAllStringSubmatch(string(f.Body), -1) {
			if n++; !links[m[1]] {
				t.Errorf("woven code reaches %s, which package seam does not have", m[1])
			}
		}
	}
	if n < 25 {
		t.Errorf("only %d symbols are reached: the source is to need most", n)
	}
}
