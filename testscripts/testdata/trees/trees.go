// Package trees sets OpenTelemetry up for a script's program and prints what
// was exported as a forest: a span a line, indented under its parent, siblings
// sorted.
package trees

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

var (
	exporter = tracetest.NewInMemoryExporter()
	provider = sdk.NewTracerProvider(sdk.WithSyncer(exporter), sdk.WithSampler(sdk.ParentBased(sampler{sdk.AlwaysSample()})))

	// Tracer starts the spans that Print shows.
	Tracer = provider.Tracer("trees")
)

func init() { otel.SetTracerProvider(provider) }

// sampler drops the root that Dropped starts.
type sampler struct{ sdk.Sampler }

func (s sampler) ShouldSample(p sdk.SamplingParameters) sdk.SamplingResult {
	if p.Name == dropped {
		return sdk.NeverSample().ShouldSample(p)
	}
	return s.Sampler.ShouldSample(p)
}

const dropped = "dropped"

// Bg is the context of code that was handed none.
var Bg = context.Background()

// Leaf starts and ends a span in code that was handed no context.
func Leaf(name string) {
	_, span := Tracer.Start(context.Background(), name)
	span.End()
}

// Under runs f under a span.
func Under(name string, f func()) {
	_, span := Tracer.Start(Bg, name)
	defer span.End()
	f()
}

// UnderCtx runs f under a span, and hands f its ctx.
func UnderCtx(name string, f func(ctx context.Context)) {
	ctx, span := Tracer.Start(Bg, name)
	defer span.End()
	f(ctx)
}

// Check panics if err is not nil.
func Check(err error) {
	if err != nil {
		panic(err)
	}
}

// Show prints a title, and the forest of what f does.
func Show(title string, f func()) {
	fmt.Println(title + ":")
	f()
	Print()
}

// By hands Pieces over in each of the ways, in the order of their names, and does so
// again under a root that the sampler drops.
func By(ways map[string]func(piece func())) {
	for _, way := range slices.Sorted(maps.Keys(ways)) {
		fmt.Println(way)
		Pieces(ways[way])
		fmt.Println(way + ", dropped")
		Dropped(ways[way])
	}
}

// Print prints the forest of all spans ended so far, and forgets them. A link
// is shown by the name of the span it leads to.
func Print() {
	fmt.Print(Forest())
}

// counted says that Forest shows like siblings as one, with their number.
var counted bool

// count makes one line of like ones, if counted says so.
func count(lines []string, depth int) []string {
	if !counted {
		return lines
	}
	var out []string
	for i := 0; i < len(lines); {
		n := i
		for n < len(lines) && lines[n] == lines[i] {
			n++
		}
		line := lines[i]
		if n-i > 1 {
			indent := strings.Repeat("  ", depth)
			line = fmt.Sprintf("%s%d x %s", indent, n-i, line[len(indent):])
		}
		out = append(out, line)
		i = n
	}
	return out
}

// Pieces hands pieces of work over by submit, which returns before or after
// they ran, and prints the forest of their spans: eight under the span warm, to
// have a pool start its workers; twenty each under the spans A and B, live at
// the same time on goroutines of their own; one under no span. A piece is a
// span, and one under it from a goroutine of the piece's own.
func Pieces(submit func(piece func())) {
	hand := func(name string, n int) {
		var wg sync.WaitGroup
		wg.Add(n)
		for range n {
			submit(func() {
				defer wg.Done()
				piece(name)
			})
		}
		wg.Wait()
	}
	under := func(name string, n int, live, over *sync.WaitGroup) {
		_, span := Tracer.Start(Bg, name)
		defer span.End()
		live.Done()
		live.Wait() // until the others are too
		hand("piece of "+name, n)
		over.Done()
		over.Wait()
	}
	var live, over, done sync.WaitGroup
	live.Add(1)
	over.Add(1)
	under("warm", 8, &live, &over)
	live.Add(2)
	over.Add(2)
	done.Add(2)
	for _, name := range []string{"A", "B"} {
		go func() {
			defer done.Done()
			under(name, 20, &live, &over)
		}()
	}
	done.Wait()
	hand("alone", 1)
	counted = true
	Print()
	counted = false
}

// Dropped hands pieces over as Pieces does, under a root that the sampler drops, and
// prints the forest: what comes of a dropped trace is dropped too.
func Dropped(submit func(piece func())) {
	_, span := Tracer.Start(Bg, dropped)
	var wg sync.WaitGroup
	wg.Add(3)
	for range 3 {
		submit(func() {
			defer wg.Done()
			piece("piece")
		})
	}
	wg.Wait()
	span.End()
	Print()
}

// Passed hands a piece over that is given the ctx of another span than the current
// one, and prints the forest: ctx wins, in any build.
func Passed(submit func(ctx context.Context, piece func(ctx context.Context))) {
	ctx, passed := Tracer.Start(Bg, "passed")
	_, current := Tracer.Start(Bg, "current", trace.WithNewRoot())
	done := make(chan bool)
	submit(ctx, func(ctx context.Context) {
		defer close(done)
		_, span := Tracer.Start(ctx, "piece")
		span.End()
	})
	<-done
	current.End()
	passed.End()
	Print()
}

func piece(name string) {
	_, span := Tracer.Start(Bg, name)
	defer span.End()
	inner := make(chan bool)
	go func() {
		Leaf("inner")
		close(inner)
	}()
	<-inner
}

// Forest returns what Print prints.
func Forest() string {
	spans := exporter.GetSpans()
	exporter.Reset()
	names := map[trace.SpanID]string{}
	for _, s := range spans {
		names[s.SpanContext.SpanID()] = s.Name
	}
	children := map[trace.SpanID][]tracetest.SpanStub{}
	var roots []tracetest.SpanStub
	for _, s := range spans {
		if p := s.Parent.SpanID(); p.IsValid() && names[p] != "" {
			children[p] = append(children[p], s)
		} else {
			roots = append(roots, s)
		}
	}
	var show func(s tracetest.SpanStub, depth int) string
	list := func(of []tracetest.SpanStub, depth int) string {
		var lines []string
		for _, s := range of {
			lines = append(lines, show(s, depth))
		}
		sort.Strings(lines)
		return strings.Join(count(lines, depth), "")
	}
	show = func(s tracetest.SpanStub, depth int) string {
		line := strings.Repeat("  ", depth) + s.Name
		if p := s.Parent.SpanID(); p.IsValid() && names[p] == "" {
			line += " (under a span not exported)"
		}
		var links []string
		for _, l := range s.Links {
			to := names[l.SpanContext.SpanID()]
			if to == "" {
				to = "a span not exported"
			}
			links = append(links, " -> "+to)
		}
		sort.Strings(links)
		line += strings.Join(links, "")
		return line + "\n" + list(children[s.SpanContext.SpanID()], depth+1)
	}
	return list(roots, 0)
}
