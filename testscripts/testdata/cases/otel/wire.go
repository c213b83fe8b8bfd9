package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

// What leaves the process, and what comes in.

// exporting is a processor of a user's own that exports over HTTP.
type exporting struct {
	url string
	by  func(func())
}

func (p exporting) OnStart(context.Context, sdk.ReadWriteSpan) {}
func (p exporting) OnEnd(s sdk.ReadOnlySpan) {
	p.by(func() { http.Post(p.url, "text/plain", strings.NewReader(s.Name())) })
}
func (p exporting) Shutdown(context.Context) error { return nil }
func (p exporting) ForceFlush(context.Context) error {
	http.Post(p.url, "text/plain", strings.NewReader("flush"))
	return nil
}

// An export is no part of what it exports.
func OwnProcessorExports() {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	got := make(chan string, 9)
	col := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got <- r.Header.Get("Traceparent") }))
	for name, by := range map[string]func(func()){
		"in a goroutine": func(f func()) { go f() },
		"at once":        func(f func()) { f() },
		"by a timer":     func(f func()) { time.AfterFunc(0, f) },
	} {
		tp := sdk.NewTracerProvider(sdk.WithSpanProcessor(exporting{col.URL, by}))
		tr := tp.Tracer("x")
		ctx, s := tr.Start(bg, "request")
		_, c := tr.Start(ctx, "child")
		c.End()
		if tp := <-got; tp != "" {
			fmt.Printf("%s: traceparent %q\n", name, tp)
		}
		tp.ForceFlush(ctx)
		if tp := <-got; tp != "" {
			fmt.Printf("%s, flushed: traceparent %q\n", name, tp)
		}
		s.End()
		<-got
	}
	fmt.Println("exported")
	// Output:
	// exported
}

// flat says which of the W3C headers are there: a traceparent's flags, and baggage.
func flat(h http.Header) string {
	tp := h.Get("traceparent")
	if len(tp) == 55 {
		tp = "sent, flags " + tp[53:]
	}
	return fmt.Sprintf("traceparent %q, baggage %q", tp, h.Get("baggage"))
}

// A trace goes on in whom it calls; what callers' names are stays at home.
func ThirdPartyHeaders() {
	otel.SetTextMapPropagator(both)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Println(flat(r.Header)) }))
	defer srv.Close()
	get := func(ctx context.Context) {
		r, _ := http.NewRequestWithContext(ctx, "GET", srv.URL, nil)
		if res, err := http.DefaultClient.Do(r); err == nil {
			res.Body.Close()
		}
	}
	ctx, s := trees.Tracer.Start(with("user", "alice"), "request")
	get(bg)
	get(ctx)
	done := make(chan bool)
	go func() { get(bg); close(done) }()
	<-done
	s.End()
	get(bg)
	get(with("user", "alice"))
	// Plain:
	// traceparent "", baggage ""
	// traceparent "", baggage ""
	// traceparent "", baggage ""
	// traceparent "", baggage ""
	// traceparent "", baggage ""

	// Woven:
	// traceparent "sent, flags 01", baggage ""
	// traceparent "sent, flags 01", baggage ""
	// traceparent "sent, flags 01", baggage ""
	// traceparent "", baggage ""
	// traceparent "", baggage ""
}

// A server that extracts nothing goes on with its caller's trace, and takes no
// baggage from anybody.
func UntrustedCaller() {
	otel.SetTextMapPropagator(both)
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("  inner: baggage %q\n", r.Header.Get("baggage"))
	}))
	defer inner.Close()
	exp := tracetest.NewInMemoryExporter()
	tr := sdk.NewTracerProvider(sdk.WithSyncer(exp)).Tracer("x")
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, s := tr.Start(r.Context(), "edge")
		defer s.End()
		fmt.Printf("  baggage of r's ctx %q, of Background %q\n", baggage.FromContext(ctx), baggage.FromContext(context.Background()))
		if res, err := http.Get(inner.URL); err == nil {
			res.Body.Close()
		}
	})
	for _, flags := range []string{"01", "00"} {
		fmt.Println("flags", flags)
		srv := httptest.NewServer(h)
		r, _ := http.NewRequest("GET", srv.URL, nil)
		r.Header.Set("traceparent", "00-0102030405060708090a0b0c0d0e0f10-0102030405060708-"+flags)
		r.Header.Set("baggage", "role=admin")
		res, err := (&http.Client{}).Do(r)
		if err != nil {
			fmt.Println(err)
			continue
		}
		res.Body.Close()
		srv.Close()
		for _, s := range exp.GetSpans() {
			fmt.Println(" ", s.Name, "parent", s.Parent.SpanID())
		}
		exp.Reset()
	}
	// Plain:
	// flags 01
	//   baggage of r's ctx "", of Background ""
	//   inner: baggage ""
	//   edge parent 0000000000000000
	// flags 00
	//   baggage of r's ctx "", of Background ""
	//   inner: baggage ""
	//   edge parent 0000000000000000

	// Woven:
	// flags 01
	//   baggage of r's ctx "", of Background ""
	//   inner: baggage ""
	//   edge parent 0102030405060708
	// flags 00
	//   baggage of r's ctx "", of Background ""
	//   inner: baggage ""
}

// A child process lets go of its parent's trace after a while: what comes later is
// a root with a link.
func ChildLivesOn() {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	if len(os.Args) > 2 {
		exp := tracetest.NewInMemoryExporter()
		tr := sdk.NewTracerProvider(sdk.WithSyncer(exp)).Tracer("x")
		for range 3 {
			time.Sleep(1200 * time.Millisecond)
			_, s := tr.Start(bg, "tick")
			s.End()
		}
		for _, s := range exp.GetSpans() {
			fmt.Println(s.Name, "root:", !s.Parent.IsValid(), "links:", len(s.Links))
		}
		return
	}
	_, s := trees.Tracer.Start(bg, "request")
	c := exec.Command(os.Args[0], "ChildLivesOn", "child")
	c.Env = append(os.Environ(), "DRIFT_HOLD=1s")
	c.Stdout = os.Stdout
	if err := c.Start(); err != nil {
		fmt.Println(err)
	}
	s.End()
	c.Wait()
	// Plain:
	// tick root: true links: 0
	// tick root: true links: 0
	// tick root: true links: 0

	// Woven:
	// tick root: true links: 1
	// tick root: true links: 1
	// tick root: true links: 1
}

// One that is done soon belongs to whom started it. Its baggage is its own.
func ChildIsDoneSoon() {
	otel.SetTextMapPropagator(both)
	if len(os.Args) > 2 {
		_, s := trees.Tracer.Start(bg, "child")
		fmt.Println("root:", !s.(sdk.ReadOnlySpan).Parent().IsValid())
		fmt.Printf("baggage %q\n", baggage.FromContext(bg))
		s.End()
		return
	}
	ctx, s := trees.Tracer.Start(with("user", "alice"), "request")
	defer s.End()
	for _, ctx := range []context.Context{bg, ctx, trace.ContextWithSpan(ctx, nil)} {
		c := exec.CommandContext(ctx, os.Args[0], "ChildIsDoneSoon", "child")
		c.Stdout = os.Stdout
		if err := c.Run(); err != nil {
			fmt.Println(err)
		}
	}
	// Plain:
	// root: true
	// baggage ""
	// root: true
	// baggage ""
	// root: true
	// baggage ""

	// Woven:
	// root: false
	// baggage ""
	// root: false
	// baggage ""
	// root: true
	// baggage ""
}
