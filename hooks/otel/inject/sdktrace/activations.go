package trace

import (
	"context"
	"unsafe"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

type driftWords struct{ tab, data unsafe.Pointer }

func init() {
	words := func(span trace.Span) driftWords { return *(*driftWords)(unsafe.Pointer(&span)) }
	driftSpanTab = words((*recordingSpan)(nil)).tab
	driftDropTab = words(nonRecordingSpan{}).tab
	driftViewTab = words((*driftView)(nil)).tab
	driftDropViewTab = words(driftDropView{}).tab
	driftActiveAt = unsafe.Offsetof(recordingSpan{}.drift)
	driftDropAt = unsafe.Offsetof(nonRecordingSpan{}.drift)
}

// driftParent returns the ctx to start a span from: for one that is a gap, one that
// holds the current span and its baggage, so that sampler, processors and links all
// see what they would had it been handed on. Not so for an answer: a new root; a
// link to the very span that would be the parent; a span of another provider's. On
// a goroutine whose activation is detached, the span is a root with a link to where it
// came from.
//
// parent is the activation of the span that the span is started under, nil if that is none
// of this process's.
func driftParent(p *TracerProvider, ctx context.Context, config *trace.SpanConfig, options []trace.SpanStartOption) (_ context.Context, parent *driftActive) {
	parent, answer := driftAsked(ctx)
	if answer {
		return ctx, parent
	}
	f, tab, data, detached := driftStarting((*driftWords)(unsafe.Pointer(&ctx)).data, unsafe.Pointer(p))
	if f == nil {
		return ctx, nil
	}
	of := f
	if f.flags&driftIsAlias != 0 {
		of = (*driftActiveAlias)(unsafe.Pointer(f)).under
	}
	if detached {
		if !config.NewRoot() {
			links := trace.WithLinks(driftExpiredLinks(of, tab, data)...)
			*config = trace.NewSpanStartConfig(append(options[:len(options):len(options)], links)...)
		}
		return ctx, nil
	}
	if ctx == nil {
		ctx = context.Background()
	}
	// Baggage goes along with a new root, too.
	if driftAmbientBaggage != nil {
		if c, ok := driftAmbientBaggage(ctx, f).(context.Context); ok {
			ctx = c
		}
	}
	if config.NewRoot() {
		return ctx, nil
	}
	var span trace.Span
	*(*driftWords)(unsafe.Pointer(&span)) = driftWords{tab, data}
	if links := config.Links(); len(links) > 0 {
		sc := span.SpanContext()
		for i := range links {
			if links[i].SpanContext.SpanID() == sc.SpanID() && links[i].SpanContext.TraceID() == sc.TraceID() {
				return ctx, nil
			}
		}
	}
	if of, remote := driftActiveOf(span); !remote {
		parent = of
	}
	return trace.ContextWithSpan(ctx, span), parent
}

// driftDroppedSpan is a dropped span with its activation.
type driftDroppedSpan struct {
	nonRecordingSpan
	active driftActive
}

// driftBoxed makes a trace.Span of a dropped span: one object with its activation, in
// the place of the one that the interface value would be.
func driftBoxed(span nonRecordingSpan) (s trace.Span) {
	if !driftOn() {
		return span
	}
	d := &driftDroppedSpan{nonRecordingSpan: span}
	d.drift = &d.active
	*(*driftWords)(unsafe.Pointer(&s)) = driftWords{driftDropTab, unsafe.Pointer(d)}
	return s
}

// driftPointer is named so that a file without unsafe can.
type driftPointer = unsafe.Pointer

// driftGiven returns a ctx's data word: its identity.
func driftGiven(ctx context.Context) driftPointer { return (*driftWords)(unsafe.Pointer(&ctx)).data }

// driftStart gives a span its activation, before anybody else can know it. ctx is what it
// is started from, parent what driftParent returned; given is the identity of what Start
// was given.
func driftStart(tr *tracer, given driftPointer, ctx context.Context, parent *driftActive, config *trace.SpanConfig, span trace.Span) {
	var f *driftActive
	switch w := *(*driftWords)(unsafe.Pointer(&span)); w.tab {
	case driftSpanTab:
		// Plainly read: it does not change once the switches were read.
		if driftState&1 == 0 && !driftOn() {
			return
		}
		s := (*recordingSpan)(w.data)
		f = new(driftActive)
		f.held = w.data
		s.drift = f
		if driftAlerts != 0 {
			driftWatchStart(s, trace.SpanFromContext(ctx), config.NewRoot())
		}
		if driftSpanFrames != 0 {
			driftStacked(s)
		}
	case driftDropTab:
		if f = (*nonRecordingSpan)(w.data).drift; f == nil {
			return
		}
		f.held, f.flags = w.data, driftIsDropped
	default:
		return
	}
	f.provider = unsafe.Pointer(tr.provider)
	f.root = f
	if parent != nil && !config.NewRoot() {
		f.root = parent.root
	}
	w := (*driftWords)(unsafe.Pointer(&ctx))
	f.ctxTab, f.ctxData, f.from = w.tab, w.data, given
}

// driftReturn has the call site know that a span was started.
func driftReturn(ctx context.Context, span trace.Span) (context.Context, trace.Span) {
	switch w := *(*driftWords)(unsafe.Pointer(&span)); w.tab {
	case driftSpanTab:
		if f := (*recordingSpan)(w.data).drift; f != nil {
			driftStarted(f)
		}
	case driftDropTab:
		if f := (*nonRecordingSpan)(w.data).drift; f != nil {
			driftStarted(f)
		}
	}
	return ctx, span
}

// driftStacked gives a span that just started the stack of who started it: the
// user's own attribute wins, then or later. It is not yet known to anybody. Who
// calls it has seen driftSpanFrames not to be 0.
func driftStacked(s *recordingSpan) {
	if !s.spanContext.IsSampled() {
		return
	}
	if driftSpanFrames < 0 {
		driftOn()
	}
	limit := int(driftSpanFrames)
	if limit <= 0 {
		return
	}
	const key = attribute.Key("code.stacktrace")
	for _, a := range s.attributes {
		if a.Key == key {
			return
		}
	}
	if stack := driftStack(limit, driftStarts); stack != "" {
		s.SetAttributes(key.String(stack))
	}
}

// driftEnded marks a recording span's activation.
func (s *recordingSpan) driftEnded() {
	if driftAlerts != 0 {
		driftWatchEnd(s)
	}
	if s.drift != nil && driftEnd(s.drift) {
		driftStandIn(s.drift, s.spanContext, s.TracerProvider())
	}
}

// driftEnded marks a dropped span's activation.
func (s nonRecordingSpan) driftEnded() {
	if s.drift != nil && driftEnd(s.drift) {
		driftStandIn(s.drift, s.sc, s.TracerProvider())
	}
}
