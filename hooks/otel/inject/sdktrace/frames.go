package trace

import (
	"context"
	"unsafe"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

//go:linkname driftState runtime.driftState
var driftState uint32

//go:linkname driftSpanFrames runtime.driftSpanFrames
var driftSpanFrames int32

//go:linkname driftStarts runtime.driftStarts
var driftStarts []string

//go:linkname driftStack runtime.driftStack
func driftStack(limit int, above []string) string

//go:linkname driftOn runtime.driftOn
func driftOn() bool

//go:linkname driftStarted runtime.driftStarted
func driftStarted(frame, under *driftFrame) *driftFrame

//go:linkname driftEnd runtime.driftEnd
func driftEnd(frame *driftFrame, now int64) *driftFrame

//go:linkname driftContextOf runtime.driftContextOf
var driftContextOf func(span unsafe.Pointer) (tab, data unsafe.Pointer, under *driftFrame)

//go:linkname driftFrameOf go.opentelemetry.io/otel/trace.driftFrameOf
func driftFrameOf(span trace.Span) (frame *driftFrame, remote bool)

//go:linkname driftStandIn go.opentelemetry.io/otel/trace.driftStandIn
func driftStandIn(frame *driftFrame, sc trace.SpanContext, provider trace.TracerProvider)

//go:linkname driftDetached runtime.driftDetached
func driftDetached() bool

//go:linkname driftLink go.opentelemetry.io/otel/trace.driftLink
func driftLink(ctx context.Context, options []trace.SpanStartOption) []trace.SpanStartOption

//go:linkname driftSpanTab runtime.driftSpanTab
var driftSpanTab unsafe.Pointer

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint32)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint32)

//go:linkname driftFrameIn runtime.driftFrameIn
var driftFrameIn func(span any) *driftFrame

//go:linkname driftFrameAt runtime.driftFrameAt
var driftFrameAt uintptr

type driftWords struct{ tab, data unsafe.Pointer }

func init() {
	var span trace.Span = (*recordingSpan)(nil)
	driftSpanTab = (*driftWords)(unsafe.Pointer(&span)).tab
	driftFrameAt = unsafe.Offsetof(recordingSpan{}.drift)
	driftFrameIn = func(span any) *driftFrame {
		s, _ := span.(trace.Span)
		f, _ := driftParent(s)
		return f
	}
	driftContextOf = func(span unsafe.Pointer) (tab, data unsafe.Pointer, under *driftFrame) {
		s := (*recordingSpan)(span)
		w := (*driftWords)(unsafe.Pointer(&s.driftCtx))
		return w.tab, w.data, s.driftUnder
	}
}

// driftDropped gives a dropped span its frame while it is still one value.
func driftDropped(span nonRecordingSpan) nonRecordingSpan {
	if driftOn() {
		span.drift = new(driftWideFrame)
	}
	return span
}

// driftStart gives a span that just started its frame. parent is the span that
// was found in its ctx.
func driftStart(parent trace.Span, newRoot bool, ctx context.Context, span trace.Span) (context.Context, trace.Span) {
	var f *driftFrame
	switch s := span.(type) {
	case *recordingSpan:
		// Plainly read: it does not change once the switches were read.
		if driftState&1 == 0 && !driftOn() {
			return ctx, span
		}
		f = &s.drift
		f.held = unsafe.Pointer(s)
		s.driftCtx = ctx
		if driftAlerts != 0 {
			driftWatchStart(s, parent, newRoot)
		}
	case nonRecordingSpan:
		if s.drift == nil {
			return ctx, span
		}
		f = &s.drift.driftFrame
		w := (*driftWords)(unsafe.Pointer(&ctx))
		s.drift.ctxTab, s.drift.ctxData = w.tab, w.data
		w = (*driftWords)(unsafe.Pointer(&span))
		s.drift.spanTab, f.held = w.tab, w.data
		f.share = f
		f.flags = driftWide
	default:
		return ctx, span
	}
	f.root = f
	var under *driftFrame
	if !newRoot {
		var remote bool
		if under, remote = driftParent(parent); under != nil && !remote {
			f.root = under.root
		}
	}
	if under = driftStarted(f, under); under != nil {
		if s, ok := span.(*recordingSpan); ok {
			s.driftUnder = under
		} else {
			(*driftWideFrame)(unsafe.Pointer(f)).under = under
		}
	}
	return ctx, span
}

// driftStacked gives a span that just started the stack of who started it: the
// user's own attribute wins, then or later. It is not yet known to anybody. Who
// calls it has seen driftSpanFrames not to be 0.
func driftStacked(span trace.Span) {
	s, ok := span.(*recordingSpan)
	if !ok || !s.spanContext.IsSampled() {
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

// driftParent returns a parent's frame, and whether it is a remote one's: whose
// child is a local root.
func driftParent(span trace.Span) (f *driftFrame, remote bool) {
	switch p := span.(type) {
	case *recordingSpan:
		if p.drift.root != nil {
			return &p.drift, false
		}
		return nil, false
	case nonRecordingSpan:
		if p.drift != nil {
			return &p.drift.driftFrame, false
		}
		return nil, false
	case nil:
		return nil, false
	}
	return driftFrameOf(span)
}

// driftEnded marks a recording span's frame. at is the span's end, in
// nanoseconds since the epoch.
func (s *recordingSpan) driftEnded(at int64) {
	if driftAlerts != 0 {
		driftWatchEnd(s)
	}
	if s.drift.root == nil {
		return
	}
	if share := driftEnd(&s.drift, at); share != nil {
		driftStandIn(share, s.spanContext, s.TracerProvider())
	}
}

// driftEnded marks a dropped span's frame.
func (s nonRecordingSpan) driftEnded() {
	if s.drift == nil {
		return
	}
	if share := driftEnd(&s.drift.driftFrame, 0); share != nil {
		driftStandIn(share, s.sc, s.TracerProvider())
	}
}
