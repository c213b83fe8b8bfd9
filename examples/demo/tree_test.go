package main

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// grow makes span records from an indented outline: a tab per level, SERVER
// spans written in capitals first ("GET /x"), one trace per root.
func grow(t *testing.T, outline string) []spanRecord {
	t.Helper()
	var spans []spanRecord
	var path []spanContext
	for i, l := range strings.Split(strings.Trim(outline, "\n"), "\n") {
		name := strings.TrimLeft(l, "\t")
		depth := len(l) - len(name)
		if depth > len(path) {
			t.Fatalf("outline line %d is indented too far: %q", i+1, l)
		}
		s := spanRecord{
			Name:        name,
			SpanContext: spanContext{TraceID: "trace" + strconv.Itoa(i), SpanID: "span" + strconv.Itoa(i)},
			Parent:      spanContext{TraceID: strings.Repeat("0", 32), SpanID: strings.Repeat("0", 16)},
			SpanKind:    1,
		}
		if strings.HasPrefix(name, "GET ") || strings.HasPrefix(name, "POST ") {
			s.SpanKind = kindServer
		}
		if depth > 0 {
			s.Parent = path[depth-1]
			s.SpanContext.TraceID = s.Parent.TraceID
		}
		path = append(path[:depth], s.SpanContext)
		spans = append(spans, s)
	}
	return spans
}

func growForest(t *testing.T, outline string) *forest {
	t.Helper()
	f := buildForest(grow(t, outline))
	return &f
}

func TestParseSpans(t *testing.T) {
	// Written by the shop with stdouttrace v1.47.0.
	f, err := os.Open("testdata/stdouttrace.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := parseSpans(f)
	if err != nil {
		t.Fatal(err)
	}
	forest := buildForest(got)
	const want = `GET /orders/{id}
└─ orders.Status
   └─ orders.load

orphans: 1 span without a parent
✗ orphan  cache.Get
`
	if text := newColumn("", &forest).text(); text != want {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
	if forest.traces != 2 {
		t.Errorf("%d traces, want 2", forest.traces)
	}
}

func TestParseSpansRefuses(t *testing.T) {
	const good = `{"Name":"a","SpanContext":{"TraceID":"1","SpanID":"2"}}` + "\n"
	for _, tt := range []struct{ in, want string }{
		{good + `{"Name":`, "span 2: unexpected EOF"},
		{good + good + `{"name_":"a"}`, "span 3: no name or no span ID"},
		{`[]`, "span 1: json: cannot unmarshal array into Go value of type main.spanRecord"},
	} {
		_, err := parseSpans(strings.NewReader(tt.in))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s:\ngot  %v\nwant %s", tt.in, err, tt.want)
		}
	}
}

// A span whose parent was never written, say because it never ended, is lost too.
func TestBuildForestMissingParent(t *testing.T) {
	spans := grow(t, "GET /x\n\ta\n\t\tb")
	f := buildForest(slices.Delete(spans, 1, 2))
	if len(f.requests) != 1 || len(f.orphans) != 1 || f.orphans[0].name != "b" {
		t.Errorf("%d requests, orphans %v; want one of each, b an orphan", len(f.requests), f.orphans)
	}
}

func TestForestIgnoresOrder(t *testing.T) {
	spans := grow(t, plainOutline)
	f := buildForest(spans)
	want := newColumn("", &f).text()
	for range 100 {
		rand.Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
		f := buildForest(spans)
		if got := newColumn("", &f).text(); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
	}
}
