package trace

import (
	"context"
	"unsafe"
)

// What the slot says, as spans, and who is told: own code at its call sites, by a
// view; the SDK's Start and what else of OpenTelemetry asks on behalf of a caller
// whose ctx is a gap, by a ctx that holds the span. No method is called here of a
// value that is not OpenTelemetry's own.

// driftTakenOut is what a ctx holds whose span was taken out: an answer, not a gap.
type driftTakenOut struct{}

// driftWords is an interface value's two words.
type driftWords struct{ tab, data unsafe.Pointer }

// driftSpan returns the span that words are of.
func driftSpan(tab, data unsafe.Pointer) (span Span) {
	*(*driftWords)(unsafe.Pointer(&span)) = driftWords{tab, data}
	return span
}

// driftCurrentSpan returns the current span, or what stands in for it once it has
// ended; nil where there is none.
func driftCurrentSpan() Span {
	f, tab, data, detached := driftCurrent()
	if f == nil || detached {
		return nil
	}
	return driftSpan(tab, data)
}

// driftBorrowed returns a view of a span, for somebody who did not start it: IDs,
// events, attributes, errors and status go through, End and SetName do nothing.
func driftBorrowed(span Span) Span {
	w := (*driftWords)(unsafe.Pointer(&span))
	switch {
	case w.tab == nil:
	case w.tab == driftSpanTab:
		w.tab = driftViewTab
	case w.tab == driftDropTab:
		w.tab = driftDropViewTab
	}
	return span
}

// driftSpanFromContext is SpanFromContext as own code calls it: a ctx that holds no
// answer means the current span, of which it gets a view.
func driftSpanFromContext(ctx context.Context) Span {
	if ctx == nil {
		return SpanFromContext(ctx)
	}
	switch v := ctx.Value(currentSpanKey).(type) {
	case Span:
		return v
	case nil:
		if s := driftCurrentSpan(); s != nil {
			return driftBorrowed(s)
		}
	}
	var none context.Context // of which the no-op span is had, whatever this release calls it
	return SpanFromContext(none)
}

// driftSpanContextFromContext is SpanContextFromContext as own code calls it.
func driftSpanContextFromContext(ctx context.Context) SpanContext {
	return driftSpanFromContext(ctx).SpanContext()
}

// What own code's call sites call in place of the package's functions: func values.
var driftSpanFromContextValue = driftSpanFromContext

var driftSpanContextFromContextValue = driftSpanContextFromContext

// driftHas reports whether a ctx holds an answer: a span, or that there is none.
func driftHas(ctx context.Context) bool {
	return ctx != nil && ctx.Value(currentSpanKey) != nil
}

// driftAsked is driftHas that returns, too, the activation of the span in ctx, nil if it is
// none of this process's.
func driftAsked(ctx context.Context) (active *driftActive, answer bool) {
	if ctx == nil {
		return nil, false
	}
	v := ctx.Value(currentSpanKey)
	if w := (*driftWords)(unsafe.Pointer(&v)); driftSpanTab != nil && w.tab == *(*unsafe.Pointer)(unsafe.Add(driftSpanTab, driftTypeAt)) && w.data != nil {
		return *(**driftActive)(unsafe.Add(w.data, driftActiveAt)), true
	}
	span, _ := v.(Span)
	if f, remote := driftActiveOf(span); !remote {
		active = f
	}
	return active, v != nil
}

// driftTypeAt is where in what the first word of an interface value with methods points
// to its type is (internal/abi's ITab).
const driftTypeAt = unsafe.Sizeof(uintptr(0))

// driftFill returns a ctx that holds the current span in ctx's stead, where that is
// a gap.
func driftFill(ctx context.Context) context.Context {
	s := driftCurrentSpan()
	if s == nil || ctx == nil || driftHas(ctx) {
		return ctx
	}
	return ContextWithSpan(ctx, s)
}

// driftHeldBy returns the span that a ctx holds, as far as that can be told without
// a call of the user's code; gap says that it holds no answer.
func driftHeldBy(ctx any) (span Span, gap bool) {
	if driftLookup == nil {
		return nil, false
	}
	v, known := driftLookup(ctx, currentSpanKey)
	if known {
		span, _ = v.(Span)
		return span, v == nil
	}
	switch c := v.(type) {
	case *driftActiveRemote:
		return &c.span, false
	case driftBlank, driftHidden:
		return nil, true
	}
	return nil, false
}

// driftSent returns the span that is to leave with what has a ctx: that of the ctx,
// if it is OpenTelemetry's own, or the current one; nil for none.
func driftSent(ctx any) Span {
	span, gap := driftHeldBy(ctx)
	if gap {
		span = driftCurrentSpan()
	}
	if sc, _ := driftSC(span); sc.IsValid() {
		return span
	}
	return nil
}

// driftSendFrom returns the ctx to inject from for what has a ctx, nil if there is
// nothing to inject. Its baggage goes along only if baggage says so.
func driftSendFrom(ctx any, baggage bool) context.Context {
	span := driftSent(ctx)
	if span == nil {
		return nil
	}
	c, ok := ctx.(context.Context)
	if !ok {
		c = context.Background()
	}
	held, _ := driftHeldBy(ctx)
	var with any
	switch {
	case !baggage && driftWithoutBaggage != nil:
		with = driftWithoutBaggage(c)
	case baggage && held == nil && driftAmbientBaggage != nil:
		if f, _, _, _ := driftCurrent(); f != nil {
			with = driftAmbientBaggage(c, f)
		}
	}
	if w, ok := with.(context.Context); ok {
		c = w
	}
	if held == nil {
		c = ContextWithSpan(c, span)
	}
	return c
}

// driftNothing is what a propagator returns that was to extract into ctx, and found
// nothing: where ctx is a gap, that there is no span is an answer.
func driftNothing(ctx context.Context) context.Context {
	if _, blank := ctx.(driftBlank); blank || ctx == nil {
		return ctx
	}
	if !driftOn() {
		return ctx
	}
	span, gap := driftHeldBy(ctx)
	switch {
	case gap:
		return context.WithValue(ctx, currentSpanKey, driftTakenOut{})
	case span == nil: // it can't be told yet
		return driftNoGap{ctx}
	}
	return ctx
}

// driftNoGap is a ctx over one that may hold a span, as far as could be told. If that
// does not, it is an answer.
type driftNoGap struct{ context.Context }

func (c driftNoGap) Value(key any) any {
	v := c.Context.Value(key)
	if v == nil && key == currentSpanKey {
		return driftTakenOut{}
	}
	return v
}

// driftSC returns the span context of a span that is OpenTelemetry's own; false for
// any other.
func driftSC(span Span) (sc SpanContext, ok bool) {
	if !driftOwns(span) {
		return sc, false
	}
	return span.SpanContext(), true
}

// driftOwns reports whether a span is OpenTelemetry's own: its methods call no code
// of the user's.
func driftOwns(span Span) bool {
	switch span.(type) {
	case nil:
		return false
	case nonRecordingSpan, noopSpan, *driftClosed, *driftRemoteSpan:
		return true
	}
	w := (*driftWords)(unsafe.Pointer(&span))
	return w.tab == driftSpanTab || w.tab == driftDropTab || w.tab == driftViewTab || w.tab == driftDropViewTab || w.tab == driftNoopTab
}

// driftActiveOf returns the activation of a span that the SDK made, or of a view of it, or
// of what stands in for an ended span or a remote one; nil for any other. remote
// says that its child is a local root.
func driftActiveOf(span Span) (active *driftActive, remote bool) {
	switch s := span.(type) {
	case nil:
		return nil, false
	case *driftClosed:
		return s.active, s.active.flags&(driftIsRemote|driftIsLinked) != 0
	case *driftRemoteSpan:
		return s.active, true
	}
	w := (*driftWords)(unsafe.Pointer(&span))
	switch {
	case w.data == nil:
	case w.tab == driftSpanTab, w.tab == driftViewTab:
		return *(**driftActive)(unsafe.Add(w.data, driftActiveAt)), false
	case w.tab == driftDropTab, w.tab == driftDropViewTab:
		return *(**driftActive)(unsafe.Add(w.data, driftDropAt)), false
	}
	return nil, false
}
