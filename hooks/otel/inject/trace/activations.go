package trace

import (
	"context"
	"time"
	"unsafe"
)

// Activations of spans that are not the SDK's: of remote ones, of links; and what stands
// in for a span that has ended.

// driftClosed stands in for a span that has ended: it is what others are the
// children of, and nothing more.
type driftClosed struct {
	nonRecordingSpan
	active   *driftActive
	provider TracerProvider // the span's, nil for a remote one
	links    []Link         // of what starts under a linked activation
	baggage  any            // the state of its context's baggage, or nil
}

// TracerProvider is asked by instrumentation that is to start a span under this
// one: a no-op's would start none.
func (c *driftClosed) TracerProvider() TracerProvider {
	if c.provider != nil {
		return c.provider
	}
	return driftGlobalProvider(c.nonRecordingSpan.TracerProvider())
}

// driftRemoteSpan is a remote span that is current. Its TracerProvider is the global
// one, because code that finds this span would have used that had it found none.
type driftRemoteSpan struct {
	nonRecordingSpan
	active *driftActive
}

// TracerProvider returns the global one.
func (s *driftRemoteSpan) TracerProvider() TracerProvider {
	return driftGlobalProvider(s.nonRecordingSpan.TracerProvider())
}

// driftGlobalProvider returns the global TracerProvider, if the program can have one.
func driftGlobalProvider(none TracerProvider) TracerProvider {
	if driftProvider != nil {
		if p, ok := driftProvider().(TracerProvider); ok {
			return p
		}
	}
	return none
}

// driftActiveRemote is a remote span's activation, with what stands in for that. It is
// also a context that holds the span alone: what driftBlank becomes.
type driftActiveRemote struct {
	driftBlank
	driftActive
	span   driftRemoteSpan
	closed driftClosed
	taken  uint32 // atomic: it has been made current, and has its ctx
}

// Value answers for the span.
func (f *driftActiveRemote) Value(key any) any {
	if key == any(currentSpanKey) {
		return &f.span
	}
	return nil
}

// driftBlank is the context that a propagator is to extract into. It holds
// nothing, and never will: a propagator may keep it, or return it after all. One
// with a span context is another, which its activation is one allocation with.
type driftBlank struct{}

func (driftBlank) Deadline() (at time.Time, ok bool) { return at, false }
func (driftBlank) Done() <-chan struct{}             { return nil }
func (driftBlank) Err() error                        { return nil }
func (driftBlank) Value(any) any                     { return nil }

// driftNewBlank returns a driftBlank.
func driftNewBlank() context.Context { return driftBlank{} }

// driftFilled is what ContextWithSpanContext makes of a driftBlank.
func driftFilled(sc SpanContext) context.Context { return driftNewRemote(sc) }

func driftNewRemote(sc SpanContext) *driftActiveRemote {
	f := new(driftActiveRemote)
	f.root, f.shared, f.flags = &f.driftActive, 1, driftIsRemote
	f.span.sc, f.span.active = sc, &f.driftActive
	f.closed.sc, f.closed.active = sc, &f.driftActive
	f.held = unsafe.Pointer(&f.span)
	return f
}

// driftHidden is a context without its span.
type driftHidden struct{ context.Context }

func (c driftHidden) Value(key any) any {
	if key == any(currentSpanKey) {
		return nil
	}
	return c.Context.Value(key)
}

// driftStandIn puts what is left of it in the place of a span that just ended.
func driftStandIn(active *driftActive, sc SpanContext, provider TracerProvider) {
	c := &driftClosed{nonRecordingSpan: nonRecordingSpan{sc: sc}, active: active, provider: provider}
	if driftBaggageOf != nil {
		if tab, data := driftContext(active); data != nil {
			c.baggage = driftBaggageOf(tab, data)
		}
	}
	driftClose(active, unsafe.Pointer(c))
}

// driftRemote returns a context to adopt, and the span context, of a remote span
// that was put into ctx; nil if there is none. What is extracted beside it,
// baggage say, is in ctx too, and goes along only if baggage says so.
func driftRemote(ctx context.Context, baggage bool) (c unsafe.Pointer, sc SpanContext) {
	if ctx == nil {
		return nil, sc
	}
	f, ok := ctx.(*driftActiveRemote)
	if !ok {
		span, _ := driftHeldBy(ctx)
		if s, ok := span.(*driftRemoteSpan); ok {
			f = (*driftActiveRemote)(unsafe.Add(unsafe.Pointer(s.active), -int(unsafe.Offsetof(f.driftActive))))
		} else if sc, ok = driftSC(span); !ok || !sc.IsValid() {
			return nil, sc
		}
	}
	// A propagator may return one context twice.
	if f == nil || !driftFirst(&f.taken) {
		if f != nil {
			sc = f.span.sc
		}
		f = driftNewRemote(sc)
		f.taken = 1
	}
	if baggage {
		w := (*driftWords)(unsafe.Pointer(&ctx))
		f.ctxTab, f.ctxData = w.tab, w.data
	}
	return unsafe.Add(unsafe.Pointer(&f.driftActive), 1), f.span.sc
}

// driftExplicit returns the activation, for any goroutine to inherit, of the span that
// ctx holds, nil if it holds none, or one that is not OpenTelemetry's own. made says
// that there is none to inherit: the span has ended, or is no SDK's of ours, as a
// remote one. What runs under such a span has an activation of its own, which
// driftEndRemote is to be called for when it returns. It is made if now says so.
func driftExplicit(ctx context.Context, now bool) (active *driftActive, made bool) {
	if ctx == nil || !driftOn() {
		return nil, false
	}
	span, ok := ctx.Value(currentSpanKey).(Span)
	if !ok {
		return nil, false
	}
	return driftInheritable(span, now)
}

func driftInheritable(span Span, now bool) (active *driftActive, made bool) {
	sc, ok := driftSC(span)
	if !ok || !sc.IsValid() {
		return nil, false
	}
	known, _ := driftActiveOf(span)
	if known != nil && known.flags&(driftIsRemote|driftIsLinked) == 0 {
		if driftSharing(known, (*driftWords)(unsafe.Pointer(&span)).data) {
			return known, false
		}
	}
	if !now {
		return nil, true
	}
	r := driftNewRemote(sc)
	r.taken = 1
	if known != nil && known.flags&(driftIsRemote|driftIsLinked) == 0 {
		r.provider = known.provider
		r.closed.provider = span.TracerProvider()
		r.held = unsafe.Add(unsafe.Pointer(&r.closed), 1)
	}
	return &r.driftActive, true
}

// driftTrace returns the trace that an activation is of, none for links.
func driftTrace(f *driftActive) TraceID {
	if tab, data := driftWordsOf(f); data != nil {
		return driftSpan(tab, data).SpanContext().TraceID()
	}
	return TraceID{}
}

func driftSame(a, b SpanContext) bool {
	return a.SpanID() == b.SpanID() && a.TraceID() == b.TraceID()
}
