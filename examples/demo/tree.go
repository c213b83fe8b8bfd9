package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// kindServer is OpenTelemetry's SpanKindServer as stdouttrace writes it.
const kindServer = 2

// spanRecord is what the demo needs of one line of stdouttrace's output.
type spanRecord struct {
	Name        string
	SpanContext spanContext
	Parent      spanContext
	SpanKind    int
}

type spanContext struct {
	TraceID string
	SpanID  string
}

// parseSpans reads a stream of JSON objects, one per span.
func parseSpans(r io.Reader) ([]spanRecord, error) {
	var spans []spanRecord
	for dec := json.NewDecoder(r); ; {
		var s spanRecord
		err := dec.Decode(&s)
		if errors.Is(err, io.EOF) {
			return spans, nil
		}
		if err != nil {
			return nil, fmt.Errorf("span %d: %w", len(spans)+1, err)
		}
		if s.Name == "" || s.SpanContext.SpanID == "" {
			return nil, fmt.Errorf("span %d: no name or no span ID", len(spans)+1)
		}
		spans = append(spans, s)
	}
}

// node is one span with the spans under it.
type node struct {
	name     string
	kind     int
	children []*node

	// shape spells the whole subtree. Two nodes of one shape look the same.
	shape string
}

// forest is all spans of one run. Both lists are sorted by name, then by
// shape, so that equal runs give equal forests whatever the goroutines did.
type forest struct {
	requests []*node        // roots that are SERVER spans
	orphans  []*node        // all other roots: they lost their parent
	names    map[string]int // spans by name
	traces   int
}

// buildForest puts every span under its parent. A span whose parent is not
// among spans is a root.
func buildForest(spans []spanRecord) forest {
	nodes := make(map[spanContext]*node, len(spans))
	for _, s := range spans {
		nodes[s.SpanContext] = &node{name: s.Name, kind: s.SpanKind}
	}

	f := forest{names: make(map[string]int)}
	traces := make(map[string]bool)
	for _, s := range spans {
		traces[s.SpanContext.TraceID] = true
		f.names[s.Name]++
		n := nodes[s.SpanContext]
		// A root's Parent is all zeros, which no span has for its ID.
		parent := nodes[s.Parent]
		switch {
		case parent != nil:
			parent.children = append(parent.children, n)
		case n.kind == kindServer:
			f.requests = append(f.requests, n)
		default:
			f.orphans = append(f.orphans, n)
		}
	}
	f.traces = len(traces)
	sortNodes(f.requests)
	sortNodes(f.orphans)
	return f
}

// sortNodes sorts nodes and all that is under them, deepest first, because a
// node's shape depends on the order of its children.
func sortNodes(nodes []*node) {
	for _, n := range nodes {
		sortNodes(n.children)
		var b strings.Builder
		b.WriteString(n.name)
		b.WriteByte('(')
		for _, c := range n.children {
			b.WriteString(c.shape)
			b.WriteByte(',')
		}
		b.WriteByte(')')
		n.shape = b.String()
	}
	slices.SortFunc(nodes, func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.shape, b.shape))
	})
}
