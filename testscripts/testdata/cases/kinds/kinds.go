// What becomes of each kind of span in each place where a context is wanted: with
// ctx passed the woven program does what the plain one does; with ctx dropped it
// does the same for what may be current, and as little as the plain one for what
// may not.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

var (
	bg      = context.Background()
	app     = sdk.NewTracerProvider(sdk.WithSampler(sdk.ParentBased(byName{}))).Tracer("app")
	second  = sdk.NewTracerProvider().Tracer("second")
	w3c     = propagation.TraceContext{}
	passing bool
)

// byName drops the roots that are named unsampled.
type byName struct{}

func (byName) ShouldSample(p sdk.SamplingParameters) sdk.SamplingResult {
	if p.Name == "unsampled" {
		return sdk.SamplingResult{Decision: sdk.Drop}
	}
	return sdk.SamplingResult{Decision: sdk.RecordAndSample}
}

func (byName) Description() string { return "byName" }

// foreign is a provider that has nothing to do with the SDK.
type foreign struct{ noop.Tracer }

type foreignSpan struct {
	noop.Span
	sc trace.SpanContext
}

func (s *foreignSpan) SpanContext() trace.SpanContext { return s.sc }
func (s *foreignSpan) IsRecording() bool              { return true }

func (foreign) Start(ctx context.Context, _ string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	s := &foreignSpan{sc: spanContext(7)}
	return trace.ContextWithSpan(ctx, s), s
}

func spanContext(n byte) trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{n}, SpanID: trace.SpanID{n}, TraceFlags: 1})
}

// mock embeds a nil Span: no test of its user's asks more of it than End.
type mock struct{ trace.Span }

func (*mock) End(...trace.SpanEndOption) {}

type mocks struct{ noop.Tracer }

func (mocks) Start(ctx context.Context, _ string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	return ctx, &mock{}
}

// decorating starts the SDK's spans and hands them out as others: pointers, or
// values that can't be compared.
type decorating struct {
	trace.Tracer
	byValue bool
}

type decorated struct{ trace.Span }

type decoratedValue struct {
	trace.Span
	tags []string
}

func (d decorating) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx, s := d.Tracer.Start(ctx, name, opts...)
	if d.byValue {
		v := decoratedValue{s, nil}
		return trace.ContextWithSpan(ctx, v), v
	}
	p := &decorated{s}
	return trace.ContextWithSpan(ctx, p), p
}

// nothing is a tracer whose span is nil.
type nothing struct{ noop.Tracer }

func (nothing) Start(ctx context.Context, _ string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	return trace.ContextWithSpan(ctx, nil), nil
}

// tracers are what starts a kind of span.
var tracers = map[string]trace.Tracer{
	"sampled":         app,
	"unsampled":       app,
	"foreign":         foreign{},
	"no-op":           noop.NewTracerProvider().Tracer("none"),
	"mock":            mocks{},
	"second provider": second,
	"decorator":       decorating{app, false},
	"value decorator": decorating{app, true},
}

// alice is a ctx with baggage.
func alice() context.Context {
	m, _ := baggage.NewMember("user", "alice")
	b, _ := baggage.New(m)
	return baggage.ContextWithBaggage(bg, b)
}

// under runs f under a span of a kind. f is given its ctx, or one that holds nothing.
func under(kind string, f func(ctx context.Context, sc trace.SpanContext)) {
	given := func(ctx context.Context) context.Context {
		if passing {
			return ctx
		}
		return bg
	}
	switch kind {
	case "remote": // a server's handler
		sc := spanContext(9).WithRemote(true)
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f(given(trace.ContextWithRemoteSpanContext(alice(), sc)), sc)
		}))
		defer srv.Close()
		r, _ := http.NewRequest("GET", srv.URL, nil)
		w3c.Inject(trace.ContextWithRemoteSpanContext(bg, sc), propagation.HeaderCarrier(r.Header))
		r.Header.Set("baggage", "user=mallory")
		do(r)
	case "ended":
		ctx, s := app.Start(alice(), kind)
		s.End()
		f(given(ctx), s.SpanContext())
	case "nil":
		ctx, s := nothing{}.Start(alice(), kind)
		if s != nil {
			panic("a span")
		}
		f(given(ctx), trace.SpanContext{})
	case "mock":
		ctx, s := tracers[kind].Start(alice(), kind)
		defer s.End()
		f(given(ctx), trace.SpanContext{})
	default:
		ctx, s := tracers[kind].Start(alice(), kind)
		defer s.End()
		f(given(ctx), s.SpanContext())
	}
}

// do sends a request and returns what is answered.
func do(r *http.Request) string {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return string(text)
}

// child says what a span that is started with ctx is to a span.
func child(ctx context.Context, sc trace.SpanContext) string {
	_, s := app.Start(ctx, "child")
	defer s.End()
	switch of := s.SpanContext().TraceID() == sc.TraceID(); {
	case of && !s.IsRecording():
		return "dropped"
	case of && s.(sdk.ReadOnlySpan).Parent().SpanID() == sc.SpanID():
		return "child"
	case !of && s.IsRecording() && !s.(sdk.ReadOnlySpan).Parent().IsValid():
		return "root"
	}
	return "wrong"
}

// same says whether a span context is a span's, sent whether a header's text is.
func same(got, sc trace.SpanContext) string {
	switch {
	case !got.IsValid():
		return "-"
	case got.TraceID() == sc.TraceID() && got.SpanID() == sc.SpanID() && got.TraceFlags() == sc.TraceFlags():
		return "its"
	}
	return "wrong"
}

func sent(traceparent string, sc trace.SpanContext) string {
	switch traceparent {
	case "":
		return "-"
	case fmt.Sprintf("00-%s-%s-%s", sc.TraceID(), sc.SpanID(), sc.TraceFlags()):
		return "its"
	}
	return "wrong"
}

// b3 is a propagator of a user's own, as contrib's b3 is.
type b3 struct{}

func (b3) Inject(ctx context.Context, c propagation.TextMapCarrier) {
	sc := trace.SpanFromContext(ctx).SpanContext()
	if !sc.IsValid() {
		return
	}
	c.Set("b3", fmt.Sprintf("%s-%s-%d", sc.TraceID(), sc.SpanID(), sc.TraceFlags()&trace.FlagsSampled))
}

func (b3) Extract(ctx context.Context, c propagation.TextMapCarrier) context.Context { return ctx }
func (b3) Fields() []string                                                          { return []string{"b3"} }

// logs is a handler that notes the span of a record's ctx.
type logs struct{ got *trace.SpanContext }

func (logs) Enabled(context.Context, slog.Level) bool { return true }
func (l logs) Handle(ctx context.Context, _ slog.Record) error {
	*l.got = trace.SpanContextFromContext(ctx)
	return nil
}
func (l logs) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l logs) WithGroup(string) slog.Handler      { return l }

// bags says what baggage ctx has.
func bags(ctx context.Context) string {
	if b := baggage.FromContext(ctx); b.Len() > 0 {
		return b.String()
	}
	return "-"
}

// job is one for work, which serves all kinds, and was started under none.
type job struct {
	ctx  context.Context
	sc   trace.SpanContext
	done chan string
}

var jobs = make(chan job, 1)

func work() {
	for j := range jobs {
		j.done <- child(j.ctx, j.sc)
	}
}

// places are where a context is wanted. Each is given ctx, and says what came of it.
var places = []struct {
	name string
	try  func(ctx context.Context, sc trace.SpanContext) string
}{
	{"same", child},
	{"go", func(ctx context.Context, sc trace.SpanContext) (got string) {
		done := make(chan bool)
		go func() { got = child(ctx, sc); close(done) }()
		<-done
		return
	}},
	{"group", func(ctx context.Context, sc trace.SpanContext) (got string) {
		var wg sync.WaitGroup
		wg.Go(func() { got = child(ctx, sc) })
		wg.Wait()
		return
	}},
	{"timer", func(ctx context.Context, sc trace.SpanContext) (got string) {
		done := make(chan bool)
		time.AfterFunc(0, func() { got = child(ctx, sc); close(done) })
		<-done
		return
	}},
	{"channel", func(ctx context.Context, sc trace.SpanContext) string {
		done := make(chan string)
		jobs <- job{ctx, sc, done}
		return <-done
	}},
	{"server", func(ctx context.Context, sc trace.SpanContext) string {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx := r.Context()
			if passing {
				ctx = w3c.Extract(ctx, propagation.HeaderCarrier(r.Header))
			}
			io.WriteString(w, child(ctx, sc))
		}))
		defer srv.Close()
		r, _ := http.NewRequestWithContext(ctx, "GET", srv.URL, nil)
		if passing {
			w3c.Inject(ctx, propagation.HeaderCarrier(r.Header))
		}
		return do(r)
	}},
	{"process", func(ctx context.Context, sc trace.SpanContext) string {
		c := exec.Command(os.Args[0], os.Args[1], "child")
		if passing {
			m := propagation.MapCarrier{}
			w3c.Inject(ctx, m)
			c.Env = append(os.Environ(), "TRACEPARENT="+m["traceparent"])
		}
		out, err := c.Output()
		if err != nil {
			return err.Error()
		}
		return sent(string(out), sc)
	}},
	{"w3c", func(ctx context.Context, sc trace.SpanContext) string {
		m := propagation.MapCarrier{}
		otel.GetTextMapPropagator().Inject(ctx, m)
		return sent(m["traceparent"], sc)
	}},
	{"b3", func(ctx context.Context, sc trace.SpanContext) string {
		m := propagation.MapCarrier{}
		propagation.NewCompositeTextMapPropagator(b3{}).Inject(ctx, m)
		f := strings.Split(m["b3"], "-")
		if len(f) < 3 {
			return "-"
		}
		return sent("00-"+f[0]+"-"+f[1]+"-0"+f[2], sc)
	}},
	{"log", func(ctx context.Context, sc trace.SpanContext) string {
		var got trace.SpanContext
		l := slog.New(logs{&got})
		if passing {
			l.InfoContext(ctx, "x")
		} else {
			l.Info("x")
		}
		return same(got, sc)
	}},
	{"baggage", func(ctx context.Context, _ trace.SpanContext) string { return bags(ctx) }},
}

// table prints what came of each kind in each place.
func table() {
	if len(os.Args) > 2 {
		fmt.Print(os.Getenv("TRACEPARENT"))
		return
	}
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(w3c, propagation.Baggage{}))
	go work()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "kind")
	for _, p := range places {
		fmt.Fprint(w, "\t", p.name)
	}
	fmt.Fprintln(w)
	for _, kind := range []string{"sampled", "unsampled", "remote", "ended", "foreign", "no-op", "mock", "nil", "second provider", "decorator", "value decorator"} {
		fmt.Fprint(w, kind)
		for _, p := range places {
			got := "panic"
			func() {
				defer func() { recover() }()
				under(kind, func(ctx context.Context, sc trace.SpanContext) { got = p.try(ctx, sc) })
			}()
			fmt.Fprint(w, "\t", got)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

func ContextPassed() {
	passing = true
	table()
	// Output:
	// kind             same     go       group    timer    channel  server   process  w3c  b3   log  baggage
	// sampled          child    child    child    child    child    child    its      its  its  its  user=alice
	// unsampled        dropped  dropped  dropped  dropped  dropped  dropped  its      its  its  its  user=alice
	// remote           child    child    child    child    child    child    its      its  its  its  user=alice
	// ended            child    child    child    child    child    child    its      its  its  its  user=alice
	// foreign          child    child    child    child    child    child    its      its  its  its  user=alice
	// no-op            root     root     root     root     root     root     -        -    -    -    user=alice
	// mock             root     root     root     root     root     root     -        -    -    -    user=alice
	// nil              root     root     root     root     root     root     -        -    -    -    user=alice
	// second provider  child    child    child    child    child    child    its      its  its  its  user=alice
	// decorator        child    child    child    child    child    child    its      its  its  its  user=alice
	// value decorator  child    child    child    child    child    child    its      its  its  its  user=alice
}

func ContextDropped() {
	table()
	// Plain:
	// kind             same  go    group  timer  channel  server  process  w3c  b3  log  baggage
	// sampled          root  root  root   root   root     root    -        -    -   -    -
	// unsampled        root  root  root   root   root     root    -        -    -   -    -
	// remote           root  root  root   root   root     root    -        -    -   -    -
	// ended            root  root  root   root   root     root    -        -    -   -    -
	// foreign          root  root  root   root   root     root    -        -    -   -    -
	// no-op            root  root  root   root   root     root    -        -    -   -    -
	// mock             root  root  root   root   root     root    -        -    -   -    -
	// nil              root  root  root   root   root     root    -        -    -   -    -
	// second provider  root  root  root   root   root     root    -        -    -   -    -
	// decorator        root  root  root   root   root     root    -        -    -   -    -
	// value decorator  root  root  root   root   root     root    -        -    -   -    -

	// Woven:
	// kind             same     go       group    timer    channel  server   process  w3c  b3   log  baggage
	// sampled          child    child    child    child    child    child    its      its  its  its  user=alice
	// unsampled        dropped  dropped  dropped  dropped  dropped  dropped  its      its  its  its  user=alice
	// remote           child    child    child    child    child    child    its      its  its  its  -
	// ended            root     root     root     root     root     root     -        -    -    -    -
	// foreign          root     root     root     root     root     root     -        -    -    -    -
	// no-op            root     root     root     root     root     root     -        -    -    -    -
	// mock             root     root     root     root     root     root     -        -    -    -    -
	// nil              root     root     root     root     root     root     -        -    -    -    -
	// second provider  root     root     root     root     root     child    its      its  its  its  user=alice
	// decorator        child    child    child    child    child    child    its      its  its  its  user=alice
	// value decorator  child    child    child    child    child    child    its      its  its  its  user=alice
}
