// Package h is what the generated programs share: the providers, and the record of
// what became of a case. Spans are known by their names, which a case has once.
package h

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sort"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

var (
	// A starts most spans. It drops the roots whose names end in -u.
	A = sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder{"a"}), sdk.WithIDGenerator(ids{}), sdk.WithSampler(naming{sdk.ParentBased(byName{})})).Tracer("a")

	// B is a second provider's.
	B = sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder{"b"}), sdk.WithIDGenerator(ids{}), sdk.WithSampler(naming{sdk.ParentBased(byName{})})).Tracer("b")

	// Foreign is of a provider that has nothing to do with the SDK, Noop's spans
	// are no-ops, Mock's are for tests: they embed a nil Span.
	Foreign trace.Tracer = foreign{}
	Noop    trace.Tracer = noop.NewTracerProvider().Tracer("none")
	Mock    trace.Tracer = mocks{}

	// Decorator and Decorated start the SDK's spans and hand them out as
	// others: pointers, and values that can't be compared.
	Decorator trace.Tracer = decorating{A, false}
	Decorated trace.Tracer = decorating{A, true}

	Yes, No = true, false
	Closed  = make(chan struct{})
	Never   = make(chan struct{})
)

var (
	mu    sync.Mutex
	next  uint64
	names = map[trace.SpanID]string{}
	lines []string
	out   = bufio.NewWriter(os.Stdout)
)

func init() {
	close(Closed)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}, b3{}))
}

// Run runs a case under no span, and prints what became of it.
func Run(name string, f func()) {
	mu.Lock()
	lines = nil
	mu.Unlock()
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				Rec("panic: %v %s", r, place(debug.Stack()))
			}
		}()
		f()
	}()
	<-done
	mu.Lock()
	sort.Strings(lines)
	fmt.Fprintf(out, "== %s\n", name)
	for _, l := range lines {
		fmt.Fprintln(out, l)
	}
	mu.Unlock()
	out.Flush()
}

// place finds where a panic comes from.
func place(stack []byte) string {
	f := strings.Split(string(stack), "\n")
	for i, l := range f {
		if strings.HasPrefix(l, "panic(") && i+2 < len(f) {
			return f[i+2]
		}
	}
	return ""
}

// Rec records a line.
func Rec(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	mu.Lock()
	defer mu.Unlock()
	lines = append(lines, line)
}

func nameOf(sc trace.SpanContext) string {
	if !sc.IsValid() {
		return "none"
	}
	mu.Lock()
	defer mu.Unlock()
	n := names[sc.SpanID()]
	if n == "" {
		n = "unknown"
	}
	if !sc.IsSampled() {
		n += "(dropped)"
	}
	return n
}

// ids numbers the spans. It holds mu until naming has given the number its name.
type ids struct{}

func spanID() trace.SpanID {
	mu.Lock()
	next++
	var id trace.SpanID
	binary.BigEndian.PutUint64(id[:], next)
	return id
}

func (ids) NewIDs(context.Context) (trace.TraceID, trace.SpanID) {
	id := spanID()
	var t trace.TraceID
	copy(t[:], id[:])
	return t, id
}

func (ids) NewSpanID(context.Context, trace.TraceID) trace.SpanID { return spanID() }

type naming struct{ sdk.Sampler }

func (n naming) ShouldSample(p sdk.SamplingParameters) sdk.SamplingResult {
	var id trace.SpanID
	binary.BigEndian.PutUint64(id[:], next)
	names[id] = p.Name
	mu.Unlock()
	return n.Sampler.ShouldSample(p)
}

type byName struct{}

func (byName) ShouldSample(p sdk.SamplingParameters) sdk.SamplingResult {
	if strings.HasSuffix(p.Name, "-u") {
		return sdk.SamplingResult{Decision: sdk.Drop}
	}
	return sdk.SamplingResult{Decision: sdk.RecordAndSample}
}

func (byName) Description() string { return "byName" }

// recorder records the spans that end.
type recorder struct{ provider string }

func (recorder) OnStart(context.Context, sdk.ReadWriteSpan) {}
func (recorder) Shutdown(context.Context) error             { return nil }
func (recorder) ForceFlush(context.Context) error           { return nil }

func (r recorder) OnEnd(s sdk.ReadOnlySpan) {
	var more []string
	if st := s.Status(); st.Code != 0 {
		more = append(more, fmt.Sprintf("status %v %s", st.Code, st.Description))
	}
	for _, e := range s.Events() {
		more = append(more, "event "+e.Name)
	}
	for _, a := range s.Attributes() {
		more = append(more, string(a.Key)+"="+a.Value.Emit())
	}
	for _, l := range s.Links() {
		more = append(more, "-> "+nameOf(l.SpanContext))
	}
	parent := nameOf(s.Parent())
	if s.Parent().IsValid() && s.Parent().TraceID() != s.SpanContext().TraceID() {
		parent += " of another trace"
	}
	sort.Strings(more)
	Rec("%s: %s under %s; %s", r.provider, s.Name(), parent, strings.Join(more, ", "))
}

// Remote is a span of another process, sampled or not.
func Remote(n int, sampled bool) trace.SpanContext {
	c := trace.SpanContextConfig{TraceID: trace.TraceID{0xee, byte(n)}, SpanID: trace.SpanID{0xee, byte(n)}, Remote: true}
	if sampled {
		c.TraceFlags = trace.FlagsSampled
	}
	sc := trace.NewSpanContext(c)
	mu.Lock()
	defer mu.Unlock()
	names[sc.SpanID()] = fmt.Sprint("remote ", n)
	return sc
}

// Carrier is what another process sent: nothing, or a remote span and baggage.
func Carrier(n int, sampled bool, bag string) propagation.TextMapCarrier {
	m := propagation.MapCarrier{}
	if n > 0 {
		sc := Remote(n, sampled)
		m["traceparent"] = fmt.Sprintf("00-%s-%s-%s", sc.TraceID(), sc.SpanID(), sc.TraceFlags())
	}
	if bag != "" {
		m["baggage"] = "k=" + bag
	}
	return m
}

// Extract asks the program's propagators.
func Extract(ctx context.Context, c propagation.TextMapCarrier) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, c)
}

// Baggage is k=value.
func Baggage(value string) baggage.Baggage {
	m, err := baggage.NewMember("k", value)
	if err != nil {
		panic(err)
	}
	b, err := baggage.New(m)
	if err != nil {
		panic(err)
	}
	return b
}

// b3 is a propagator of a user's own, as contrib's b3 is.
type b3 struct{}

func (b3) Inject(ctx context.Context, c propagation.TextMapCarrier) {
	if sc := trace.SpanFromContext(ctx).SpanContext(); sc.IsValid() {
		c.Set("b3", fmt.Sprintf("%s-%s-0%d", sc.TraceID(), sc.SpanID(), sc.TraceFlags()&trace.FlagsSampled))
	}
}

func (b3) Extract(ctx context.Context, _ propagation.TextMapCarrier) context.Context { return ctx }
func (b3) Fields() []string                                                          { return []string{"b3"} }

// Inject records the headers that are sent with ctx.
func Inject(ctx context.Context, id string) {
	m := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(ctx, m)
	Rec("inject %s: w3c %s, b3 %s, baggage %q", id, header(strings.TrimPrefix(m["traceparent"], "00-")), header(m["b3"]), m["baggage"])
}

func header(text string) string {
	f := strings.Split(text, "-")
	if len(f) < 3 {
		return "none"
	}
	id, err := trace.SpanIDFromHex(f[1])
	if err != nil {
		return err.Error()
	}
	t, err := trace.TraceIDFromHex(f[0])
	if err != nil {
		return err.Error()
	}
	c := trace.SpanContextConfig{TraceID: t, SpanID: id}
	if f[2] == "01" {
		c.TraceFlags = trace.FlagsSampled
	}
	return nameOf(trace.NewSpanContext(c))
}

// Log records the span that a log record with ctx would name.
func Log(ctx context.Context, id string) {
	Rec("log %s: %s", id, nameOf(trace.SpanContextFromContext(ctx)))
}

// Bag records the baggage of ctx.
func Bag(ctx context.Context, id string) {
	Rec("baggage %s: %q", id, baggage.FromContext(ctx).String())
}

// Note adds to the span of ctx.
func Note(ctx context.Context, id string) {
	s := trace.SpanFromContext(ctx)
	s.SetAttributes(attribute.String("note", id))
	if s.IsRecording() {
		s.AddEvent("note " + id)
		s.RecordError(errors.New(id))
		s.SetStatus(codes.Error, id)
	}
}

// EndsView ends the span of a ctx, by mistake: itself, and by another function.
func EndsView(ctx context.Context) {
	s := trace.SpanFromContext(ctx)
	defer s.End()
	s.SetName("renamed")
	finish(trace.SpanFromContext(ctx))
}

func finish(s trace.Span) { s.End() }

// Renames names the span of a ctx, which is nobody's.
func Renames(ctx context.Context) { trace.SpanFromContext(ctx).SetName("renamed") }

type foreign struct{ noop.Tracer }

type foreignSpan struct {
	noop.Span
	sc trace.SpanContext
}

func (s *foreignSpan) SpanContext() trace.SpanContext { return s.sc }
func (s *foreignSpan) IsRecording() bool              { return true }

func (foreign) Start(ctx context.Context, name string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	id := spanID()
	names[id] = name
	mu.Unlock()
	s := &foreignSpan{sc: trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{0xff, 1}, SpanID: id, TraceFlags: 1})}
	return trace.ContextWithSpan(ctx, s), s
}

type mock struct{ trace.Span }

func (*mock) End(...trace.SpanEndOption) {}

type mocks struct{ noop.Tracer }

func (mocks) Start(ctx context.Context, _ string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	return ctx, &mock{}
}

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
