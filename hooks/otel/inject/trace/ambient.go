package trace

import (
	"context"
	"unsafe"
)

//go:linkname driftOn runtime.driftOn
func driftOn() bool

//go:linkname driftStarted runtime.driftStarted
func driftStarted(frame unsafe.Pointer)

//go:linkname driftClaim runtime.driftClaim
func driftClaim(data unsafe.Pointer, flags uint32) bool

//go:linkname driftFloating runtime.driftFloating
func driftFloating() unsafe.Pointer

//go:linkname driftPushNew runtime.driftPushNew
func driftPushNew(frame unsafe.Pointer, flags uint32)

//go:linkname driftCurrent runtime.driftCurrent
func driftCurrent() (frame, data unsafe.Pointer, detached bool)

//go:linkname driftHasSpan runtime.driftHasSpan
var driftHasSpan func(ctx any) bool

//go:linkname driftHolds runtime.driftHolds
var driftHolds func(ctx any, frame unsafe.Pointer) bool

//go:linkname driftRecording runtime.driftRecording
var driftRecording func(frame unsafe.Pointer) bool

func init() {
	driftHasSpan = func(ctx any) bool {
		c, ok := ctx.(context.Context)
		return ok && c.Value(currentSpanKey) != nil
	}
	driftHolds = func(ctx any, frame unsafe.Pointer) bool {
		c, ok := ctx.(context.Context)
		if !ok {
			return false
		}
		s, ok := c.Value(currentSpanKey).(Span)
		return ok && (*driftSpanFrame)(frame).is(s.SpanContext())
	}
	driftRecording = func(frame unsafe.Pointer) bool {
		f := (*driftSpanFrame)(frame)
		data := f.spanData
		return data != nil && f.span(data).IsRecording()
	}
}

// driftSpanFrame is a frame as it is allocated: what the runtime works on,
// and what stands in for the span once it has ended.
type driftSpanFrame struct {
	driftFrame
	closed nonRecordingSpan
}

// is tells whether sc is the frame's span's. A decorator has it from the span
// it is around.
func (f *driftSpanFrame) is(sc SpanContext) bool {
	return f.closed.sc.SpanID() == sc.SpanID() && f.closed.sc.TraceID() == sc.TraceID()
}

// driftWords is an interface value's two words.
type driftWords struct{ tab, data unsafe.Pointer }

// driftAlloc returns a frame for a span that is about to start, nil where
// spans are not to become ambient.
//
//go:linkname driftAlloc
func driftAlloc() unsafe.Pointer {
	if !driftOn() {
		return nil
	}
	return unsafe.Pointer(new(driftSpanFrame))
}

func driftFill(f *driftSpanFrame, root unsafe.Pointer, ctx context.Context, span Span, sc SpanContext) {
	f.root = &f.driftFrame
	if root != nil {
		f.root = (*driftFrame)(root)
	}
	w := (*driftWords)(unsafe.Pointer(&span))
	f.spanTab, f.spanData = w.tab, w.data
	w = (*driftWords)(unsafe.Pointer(&ctx))
	f.ctxTab, f.ctxData = w.tab, w.data
	f.closed.sc = sc
}

// driftOpen fills in the frame of a span that an SDK just started under
// parent, a frame or nil, and leaves it to the call site to make it current.
//
//go:linkname driftOpen
func driftOpen(frame, parent unsafe.Pointer, ctx context.Context, span Span) {
	var root unsafe.Pointer
	if parent != nil {
		root = unsafe.Pointer((*driftFrame)(parent).root)
	}
	driftFill((*driftSpanFrame)(frame), root, ctx, span, span.SpanContext())
	driftStarted(frame)
}

// driftFrameOf returns the frame of a span that SpanFromContext made up for an
// ended one, nil for any other.
//
//go:linkname driftFrameOf
func driftFrameOf(span Span) unsafe.Pointer {
	if s, ok := span.(*nonRecordingSpan); ok && s != nil {
		return unsafe.Add(unsafe.Pointer(s), -int(unsafe.Offsetof(driftSpanFrame{}.closed)))
	}
	return nil
}

// driftAmbient is what SpanFromContext answers for a ctx that holds no span:
// the current frame's span, its span context once it has ended, else none.
func driftAmbient(none Span) Span {
	frame, data, detached := driftCurrent()
	if frame == nil || detached {
		return none
	}
	f := (*driftSpanFrame)(frame)
	if data == nil {
		return &f.closed
	}
	return f.span(data)
}

// span puts an open frame's span together again.
func (f *driftSpanFrame) span(data unsafe.Pointer) (s Span) {
	*(*driftWords)(unsafe.Pointer(&s)) = driftWords{f.spanTab, data}
	return s
}

// driftDetached adds to the options of a span about to start under no parent
// of its own a link to the one it was detached from.
//
//go:linkname driftDetached
func driftDetached(ctx context.Context, options []SpanStartOption) []SpanStartOption {
	frame, _, detached := driftCurrent()
	if !detached || ctx != nil && ctx.Value(currentSpanKey) != nil {
		return options
	}
	if c := NewSpanStartConfig(options...); c.NewRoot() {
		return options // asked for: it would have had no link either
	}
	link := Link{SpanContext: (*driftSpanFrame)(frame).closed.sc}
	return append(options[:len(options):len(options)], WithLinks(link))
}

// driftPush makes the span current that a call returned, if that call started
// it. ctx is the context it returned with it, or nil.
//
//go:linkname driftPush
func driftPush(ctx, span any, flags uint32) {
	data := (*driftWords)(unsafe.Pointer(&span)).data
	if data == nil || driftClaim(data, flags) || !driftOn() {
		return
	}
	driftPushOther(ctx, span, flags)
}

// driftPushOther decides about a span that is not one that an SDK of ours just
// started: a decorated one, one of another TracerProvider, or an old one.
func driftPushOther(ctx, span any, flags uint32) {
	s, ok := span.(Span)
	if !ok {
		return
	}
	sc := s.SpanContext()
	if !sc.IsValid() {
		return
	}
	if f := (*driftSpanFrame)(driftFloating()); f != nil && f.is(sc) {
		// A decorator around the span that was just started: what the user
		// sees of it is the decorator, unless others already saw the frame.
		data := f.spanData
		if f.seq == 0 {
			w := (*driftWords)(unsafe.Pointer(&s))
			f.spanTab, f.spanData = w.tab, w.data
			data = w.data
		}
		driftClaim(data, flags)
		return
	}
	if flags&driftSure == 0 || !s.IsRecording() {
		// An old one; or one whose End nothing will tell of: a no-op tracer
		// hands on its parent's span context, say.
		return
	}
	var root unsafe.Pointer
	if frame, _, detached := driftCurrent(); frame != nil && !detached {
		cur := (*driftSpanFrame)(frame)
		if cur.is(sc) {
			return // current already
		}
		if cur.closed.sc.TraceID() == sc.TraceID() {
			root = unsafe.Pointer(cur.root)
		}
	}
	c, _ := ctx.(context.Context)
	f := new(driftSpanFrame)
	driftFill(f, root, c, s, sc)
	f.flags = driftForeign
	driftPushNew(unsafe.Pointer(f), flags)
}
