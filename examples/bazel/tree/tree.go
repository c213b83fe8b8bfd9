// Package tree keeps what was traced and prints it as a tree.
package tree

import (
	"context"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"
)

// Exporter is a span exporter that keeps the spans.
type Exporter struct {
	mu    sync.Mutex
	spans []trace.ReadOnlySpan
}

// ExportSpans implements trace.SpanExporter.
func (e *Exporter) ExportSpans(_ context.Context, spans []trace.ReadOnlySpan) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.spans = append(e.spans, spans...)
	return nil
}

// Shutdown implements trace.SpanExporter.
func (e *Exporter) Shutdown(context.Context) error { return nil }

// String returns a line for each span, under its parent's, siblings sorted.
func (e *Exporter) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.below(api.SpanID{}, ""), "")
}

func (e *Exporter) below(parent api.SpanID, indent string) []string {
	var lines []string
	for _, s := range e.spans {
		if s.Parent().SpanID() == parent {
			sub := e.below(s.SpanContext().SpanID(), indent+"  ")
			lines = append(lines, indent+s.Name()+"\n"+strings.Join(sub, ""))
		}
	}
	slices.Sort(lines)
	return lines
}
