// Package trees sets OpenTelemetry up for a script's program and prints what
// was exported as a forest: a span a line, indented under its parent, siblings
// sorted.
package trees

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"go.opentelemetry.io/otel"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

var (
	exporter = tracetest.NewInMemoryExporter()
	provider = sdk.NewTracerProvider(sdk.WithSyncer(exporter))

	// Tracer starts the spans that Print shows.
	Tracer = provider.Tracer("trees")
)

func init() { otel.SetTracerProvider(provider) }

// Bg is the context of code that was handed none.
var Bg = context.Background()

// Leaf starts and ends a span in code that was handed no context.
func Leaf(name string) {
	_, span := Tracer.Start(context.Background(), name)
	span.End()
}

// Print prints the forest of all spans ended so far, and forgets them. A link
// is shown by the name of the span it leads to.
func Print() {
	fmt.Print(Forest())
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
		return strings.Join(lines, "")
	}
	show = func(s tracetest.SpanStub, depth int) string {
		line := strings.Repeat("  ", depth) + s.Name
		if p := s.Parent.SpanID(); p.IsValid() && names[p] == "" {
			line += " (under a span not exported)"
		}
		for _, l := range s.Links {
			to := names[l.SpanContext.SpanID()]
			if to == "" {
				to = "a span not exported"
			}
			line += " -> " + to
		}
		return line + "\n" + list(children[s.SpanContext.SpanID()], depth+1)
	}
	return list(roots, 0)
}
