package trace

import (
	"context"
	"time"
	"unsafe"
)

//go:linkname driftOn runtime.driftOn
func driftOn() bool

//go:linkname driftClaim runtime.driftClaim
func driftClaim(data unsafe.Pointer, flags uint32) bool

//go:linkname driftPre runtime.driftPre
func driftPre()

//go:linkname driftFloating runtime.driftFloating
func driftFloating() (frame *driftFrame, tab, data unsafe.Pointer)

//go:linkname driftPushNew runtime.driftPushNew
func driftPushNew(frame *driftFrame, flags uint32)

//go:linkname driftEnd runtime.driftEnd
func driftEnd(frame *driftFrame, now int64) *driftFrame

//go:linkname driftClose runtime.driftClose
func driftClose(frame *driftFrame, closed unsafe.Pointer)

//go:linkname driftCurrent runtime.driftCurrent
func driftCurrent() (frame *driftFrame, tab, data unsafe.Pointer, detached bool)

//go:linkname driftGap runtime.driftGap
var driftGap func(ctx any, tab, data unsafe.Pointer) bool

//go:linkname driftHolds runtime.driftHolds
var driftHolds func(ctx any, frame *driftFrame) bool

//go:linkname driftForeignOver runtime.driftForeignOver
var driftForeignOver func(frame *driftFrame)

//go:linkname driftSpanContext runtime.driftSpanContext
var driftSpanContext func(ctx any) any

//go:linkname driftSameSpan runtime.driftSameSpan
var driftSameSpan func(a, b any) bool

//go:linkname driftFollow runtime.driftFollow
var driftFollow func(sc any)

//go:linkname driftLinks runtime.driftLinks
var driftLinks func(scs []any) unsafe.Pointer

//go:linkname driftHide runtime.driftHide
var driftHide func(ctx any) any

//go:linkname driftProvider runtime.driftProvider
var driftProvider func() any

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx any) bool

//go:linkname driftFromContext runtime.driftFromContext
var driftFromContext func(ctx any) unsafe.Pointer

//go:linkname driftRemoteOver runtime.driftRemoteOver
var driftRemoteOver func(c unsafe.Pointer)

//go:linkname driftFirst runtime.driftFirst
func driftFirst(taken *uint32) bool

//go:linkname driftLeftOf runtime.driftLeftOf
func driftLeftOf(frame *driftFrame) unsafe.Pointer

//go:linkname driftSameTrace runtime.driftSameTrace
var driftSameTrace func(a, b *driftFrame) bool

//go:linkname driftState runtime.driftState
var driftState uint32

//go:linkname driftLog runtime.driftLog
func driftLog(what string, c unsafe.Pointer)

//go:linkname driftIDs runtime.driftIDs
var driftIDs func(frame *driftFrame, tab, data unsafe.Pointer) (trace, span string)

//go:linkname driftSharing runtime.driftSharing
func driftSharing(frame *driftFrame) *driftFrame

//go:linkname driftFrameIn runtime.driftFrameIn
var driftFrameIn func(span any) *driftFrame

//go:linkname driftFrameAt runtime.driftFrameAt
var driftFrameAt uintptr

//go:linkname driftSpanTab runtime.driftSpanTab
var driftSpanTab unsafe.Pointer

//go:linkname driftWordsOf runtime.driftWordsOf
func driftWordsOf(frame *driftFrame) (tab, data unsafe.Pointer)

func init() {
	driftGap = func(ctx any, tab, data unsafe.Pointer) bool {
		c, ok := ctx.(context.Context)
		if !ok {
			return false
		}
		span := c.Value(currentSpanKey)
		return span == nil || tab != nil && span == any(driftSpan(tab, data))
	}
	driftHolds = func(ctx any, frame *driftFrame) bool {
		c, ok := ctx.(context.Context)
		if !ok {
			return false
		}
		s, ok := c.Value(currentSpanKey).(Span)
		tab, data := driftWordsOf(frame)
		return ok && data != nil && driftSame(s.SpanContext(), driftSpan(tab, data).SpanContext())
	}
	driftSpanContext = func(ctx any) any {
		c, _ := ctx.(context.Context)
		if sc := SpanFromContext(c).SpanContext(); sc.IsValid() {
			return sc
		}
		return nil
	}
	driftSameSpan = func(a, b any) bool {
		x, ok := a.(SpanContext)
		y, ok2 := b.(SpanContext)
		return ok && ok2 && driftSame(x, y)
	}
	driftFollow = func(sc any) {
		to, ok := sc.(SpanContext)
		if !ok {
			return
		}
		span := driftAmbient(nil)
		linker, ok := span.(interface{ AddLink(Link) })
		if ok && !driftSame(span.SpanContext(), to) {
			linker.AddLink(Link{SpanContext: to})
		}
	}
	driftLinks = func(scs []any) unsafe.Pointer {
		f := &driftFrame{ended: 1, shared: 1, flags: driftLinked}
		f.root, f.share = f, f
		c := &driftClosed{frame: f}
		for _, sc := range scs {
			if to, ok := sc.(SpanContext); ok {
				c.links = append(c.links, Link{SpanContext: to})
			}
		}
		f.held = unsafe.Add(unsafe.Pointer(c), 1)
		return unsafe.Add(unsafe.Pointer(f), 1)
	}
	driftIDs = func(frame *driftFrame, tab, data unsafe.Pointer) (trace, span string) {
		var sc SpanContext
		if tab == nil {
			closed := (*driftClosed)(data)
			if sc = closed.sc; len(closed.links) > 0 {
				sc = closed.links[0].SpanContext
			}
		} else if frame.flags&driftForeign != 0 {
			sc = (*driftForeignFrame)(unsafe.Pointer(frame)).sc
		} else {
			sc = driftSpan(tab, data).SpanContext()
		}
		return sc.TraceID().String(), sc.SpanID().String()
	}
	driftLive = func(ctx any) bool {
		c, _ := ctx.(context.Context)
		return SpanFromContext(c).SpanContext().IsValid()
	}
	driftFromContext = func(ctx any) unsafe.Pointer {
		if !driftOn() {
			return nil
		}
		c, _ := ctx.(context.Context)
		f, _ := driftRemote(c)
		return f
	}
	driftRemoteOver = func(c unsafe.Pointer) {
		f := (*driftFrame)(unsafe.Add(c, -1))
		if f.flags&driftLinked != 0 {
			return
		}
		if share := driftEnd(f, 0); share != nil {
			driftClose(share, unsafe.Pointer(&(*driftRemoteFrame)(unsafe.Pointer(f)).closed))
		}
	}
	driftSameTrace = func(a, b *driftFrame) bool {
		x, y := driftTrace(a), driftTrace(b)
		return x == y && x.IsValid()
	}
	driftHide = func(ctx any) any {
		return driftHidden{ctx.(context.Context)}
	}
	driftForeignOver = func(frame *driftFrame) {
		tab, data := driftWordsOf(frame)
		if data == nil {
			return
		}
		span := driftSpan(tab, data)
		if span.IsRecording() {
			return
		}
		if share := driftEnd(frame, 0); share != nil {
			driftStandIn(share, span.SpanContext(), span.TracerProvider())
		}
	}
}

// driftClosed stands in for a span that has ended: it is what others are the
// children of, and nothing more.
type driftClosed struct {
	nonRecordingSpan
	frame    *driftFrame
	provider TracerProvider // the span's, nil for a remote one
	links    []Link         // of what starts under a linked frame
}

// TracerProvider is asked by instrumentation that is to start a span under this
// one: a no-op's would start none.
func (c *driftClosed) TracerProvider() TracerProvider {
	if c.provider != nil {
		return c.provider
	}
	return driftGlobal(c.nonRecordingSpan.TracerProvider())
}

// driftRemoteSpan is a remote span that is current. Nobody handed it to what
// asks for its TracerProvider, who would have asked for the global one without
// it: that is its.
type driftRemoteSpan struct {
	Span
	frame *driftFrame
}

// TracerProvider returns the global one.
func (s *driftRemoteSpan) TracerProvider() TracerProvider {
	return driftGlobal(s.Span.TracerProvider())
}

// driftRemoteFrame is a remote span's frame, with what stands in for that. It is
// also a context that holds the span alone: what driftBlank becomes.
type driftRemoteFrame struct {
	driftBlank
	driftWideFrame
	span   driftRemoteSpan
	closed driftClosed
	taken  uint32 // atomic: it has been made current, and has its ctx
}

// Value answers for the span.
func (f *driftRemoteFrame) Value(key any) any {
	if key == any(currentSpanKey) {
		return &f.span
	}
	return nil
}

// driftBlank is the context that a propagator is to extract into. It holds
// nothing, and never will: a propagator may keep it, or return it after all. One
// with a span context is another, which its frame is one allocation with.
type driftBlank struct{}

func (driftBlank) Deadline() (at time.Time, ok bool) { return at, false }
func (driftBlank) Done() <-chan struct{}             { return nil }
func (driftBlank) Err() error                        { return nil }
func (driftBlank) Value(any) any                     { return nil }

// driftNewBlank returns a driftBlank.
//
//go:linkname driftNewBlank
func driftNewBlank() context.Context { return driftBlank{} }

// driftFilled is what ContextWithSpanContext makes of a driftBlank.
func driftFilled(sc SpanContext) context.Context {
	f := driftNewRemote(sc)
	f.span.Span = &f.closed.nonRecordingSpan
	return f
}

func driftNewRemote(sc SpanContext) *driftRemoteFrame {
	f := new(driftRemoteFrame)
	f.root, f.share, f.shared, f.flags = &f.driftFrame, &f.driftFrame, 1, driftWide|driftDistant
	f.span.frame, f.closed.frame = &f.driftFrame, &f.driftFrame
	f.closed.sc = sc
	var current Span = &f.span
	w := (*driftWords)(unsafe.Pointer(&current))
	f.spanTab, f.held = w.tab, w.data
	return f
}

// driftForeignFrame is a foreign span's frame, with its span context: the span's
// own code is not asked where it may hold a lock.
type driftForeignFrame struct {
	driftWideFrame
	sc SpanContext
}

// driftGlobal returns the global TracerProvider, if the program can have one.
func driftGlobal(none TracerProvider) TracerProvider {
	if driftProvider != nil {
		if p, ok := driftProvider().(TracerProvider); ok {
			return p
		}
	}
	return none
}

// driftHidden is a context without its span.
type driftHidden struct{ context.Context }

func (c driftHidden) Value(key any) any {
	if key == any(currentSpanKey) {
		return nil
	}
	return c.Context.Value(key)
}

// driftWords is an interface value's two words.
type driftWords struct{ tab, data unsafe.Pointer }

// driftStandIn puts what is left of it in the place of a span that just ended.
//
//go:linkname driftStandIn
func driftStandIn(frame *driftFrame, sc SpanContext, provider TracerProvider) {
	driftClose(frame, unsafe.Pointer(&driftClosed{nonRecordingSpan: nonRecordingSpan{sc: sc}, frame: frame, provider: provider}))
}

// driftRemote returns a context to adopt, and the span context, of a remote span
// that was put into ctx; nil if there is none. What is extracted beside it,
// baggage say, is in ctx too.
//
//go:linkname driftRemote
func driftRemote(ctx context.Context) (c unsafe.Pointer, sc SpanContext) {
	if ctx == nil {
		return nil, sc
	}
	f, ok := ctx.(*driftRemoteFrame)
	var span Span
	if !ok {
		if span, ok = ctx.Value(currentSpanKey).(Span); !ok {
			return nil, sc
		}
		if s, ok := span.(*driftRemoteSpan); ok {
			f = (*driftRemoteFrame)(unsafe.Pointer(s.frame))
		}
	}
	// A propagator may return one context twice.
	if f == nil || !driftFirst(&f.taken) {
		if span == nil {
			span = &f.span
		}
		if sc = span.SpanContext(); !sc.IsValid() {
			return nil, sc
		}
		f = driftNewRemote(sc)
		f.span.Span, f.taken = span, 1
	}
	w := (*driftWords)(unsafe.Pointer(&ctx))
	f.ctxTab, f.ctxData = w.tab, w.data
	return unsafe.Add(unsafe.Pointer(f), 1), f.closed.sc
}

// driftFrameOf returns the frame of a span that SpanFromContext made up for an
// ended one or for a remote one, nil for any other.
//
//go:linkname driftFrameOf
func driftFrameOf(span Span) (frame *driftFrame, remote bool) {
	switch s := span.(type) {
	case *driftClosed:
		return s.frame, false
	case *driftRemoteSpan:
		return s.frame, true
	}
	return nil, false
}

// driftExplicit returns the frame, for any goroutine to inherit, of the span that
// ctx holds, nil if it holds none. made says that there is none to inherit: the
// span has ended, or no SDK of ours knows it, as with a remote one. What runs
// under such a span has a frame of its own, which driftRemoteOver is to be called
// for when it returns. It is made if now says so.
//
//go:linkname driftExplicit
func driftExplicit(ctx context.Context, now bool) (frame *driftFrame, made bool) {
	if ctx == nil || !driftOn() {
		return nil, false
	}
	span, ok := ctx.Value(currentSpanKey).(Span)
	if !ok {
		return nil, false
	}
	known := driftKnown(span)
	if known != nil {
		if frame = driftSharing(known); frame != nil {
			return frame, false
		}
	} else if !span.SpanContext().IsValid() {
		return nil, false
	}
	if !now {
		return nil, true
	}
	c, _ := driftRemote(ctx)
	r := (*driftRemoteFrame)(unsafe.Add(c, -1))
	if known != nil {
		r.closed = driftClosed{nonRecordingSpan: nonRecordingSpan{sc: span.SpanContext()}, frame: &r.driftFrame, provider: span.TracerProvider()}
		r.held = unsafe.Add(unsafe.Pointer(&r.closed), 1)
	} else if w := (*driftWords)(unsafe.Pointer(&span)); span.IsRecording() && uintptr(w.data)&1 == 0 {
		// Its own SDK is to know it again.
		r.spanTab, r.held = w.tab, w.data
		r.closed.provider = span.TracerProvider()
	}
	return &r.driftFrame, true
}

// driftKnown returns a span's frame, nil if no SDK of ours made it.
func driftKnown(span Span) *driftFrame {
	if w := (*driftWords)(unsafe.Pointer(&span)); w.tab == driftSpanTab && w.data != nil {
		if f := (*driftFrame)(unsafe.Add(w.data, driftFrameAt)); f.root != nil {
			return f
		}
		return nil
	}
	if f, _ := driftFrameOf(span); f != nil {
		return f
	}
	if driftFrameIn != nil {
		return driftFrameIn(span)
	}
	return nil
}

// driftSpan returns the span that driftCurrent's words are of.
func driftSpan(tab, data unsafe.Pointer) (span Span) {
	if tab == nil {
		return (*driftClosed)(data)
	}
	*(*driftWords)(unsafe.Pointer(&span)) = driftWords{tab, data}
	return span
}

// driftAmbient is what SpanFromContext answers for a ctx that holds no span:
// the current frame's span, what stands in for it once it has ended, else none.
func driftAmbient(none Span) Span {
	f, tab, data, detached := driftCurrent()
	if f == nil || detached {
		return none
	}
	return driftSpan(tab, data)
}

// driftLink adds to the options of a span that is about to start, on a
// goroutine whose frame is detached, a link to the span it would have been a
// child of. A ctx that holds a span makes that the parent.
//
//go:linkname driftLink
func driftLink(ctx context.Context, options []SpanStartOption) []SpanStartOption {
	f, _, data, detached := driftCurrent()
	if f == nil || !detached || ctx != nil && ctx.Value(currentSpanKey) != nil {
		return options
	}
	if c := NewSpanStartConfig(options...); c.NewRoot() {
		return options // asked for: it would have had no link either
	}
	if driftState == driftLogging {
		driftLog("detach", unsafe.Add(unsafe.Pointer(f), 1))
	}
	closed := (*driftClosed)(data)
	links := closed.links
	if links == nil {
		links = []Link{{SpanContext: closed.sc}}
	}
	return append(options[:len(options):len(options)], WithLinks(links...))
}

// driftPush makes the span current that a call returned, if that call started
// it: it is not the one that the SDK started last on this goroutine, or it is
// a decorator around that, one of another TracerProvider, or an old one. ctx
// is the context it returned with it, or nil.
//
//go:linkname driftPush
func driftPush(ctx, span any, flags uint32) {
	s, ok := span.(Span)
	if !ok || !driftOn() {
		return
	}
	sc := s.SpanContext()
	if !sc.IsValid() {
		return
	}
	var root *driftFrame
	if f, tab, data := driftFloating(); f != nil && driftSame(driftSpan(tab, data).SpanContext(), sc) {
		// A decorator around the span that was just started. What the user is
		// to see of it is the decorator, unless others already saw the frame.
		if f.seq == 0 && f.flags&driftWide != 0 {
			w := (*driftWords)(unsafe.Pointer(&s))
			(*driftWideFrame)(unsafe.Pointer(f)).spanTab, f.held = w.tab, w.data
			data = w.data
		}
		if f.seq != 0 || f.flags&driftWide != 0 || !s.IsRecording() {
			driftClaim(data, flags)
			return
		}
		driftPre()
		root = f.root
	} else if flags&driftSure == 0 || !s.IsRecording() {
		// An old one; or one whose End nothing will tell of: a no-op tracer
		// hands on its parent's span context, say.
		return
	} else if f, tab, data, detached := driftCurrent(); f != nil && !detached {
		csc := driftSpan(tab, data).SpanContext()
		if driftSame(csc, sc) {
			return // current already
		}
		if csc.TraceID() == sc.TraceID() {
			root = f.root
		}
	}
	f := &driftForeignFrame{sc: sc}
	f.share = &f.driftFrame
	f.root = root
	if root == nil {
		f.root = &f.driftFrame
	}
	w := (*driftWords)(unsafe.Pointer(&s))
	f.spanTab, f.held = w.tab, w.data
	if c, ok := ctx.(context.Context); ok {
		w = (*driftWords)(unsafe.Pointer(&c))
		f.ctxTab, f.ctxData = w.tab, w.data
	}
	f.flags = driftForeign | driftWide
	driftPushNew(&f.driftFrame, flags)
}

// driftTrace returns the trace that a frame is of, none for links.
func driftTrace(f *driftFrame) TraceID {
	if tab, data := driftWordsOf(f); data != nil {
		return driftSpan(tab, data).SpanContext().TraceID()
	}
	if left := driftLeftOf(f); left != nil {
		return (*driftClosed)(left).sc.TraceID()
	}
	return TraceID{}
}

func driftSame(a, b SpanContext) bool {
	return a.SpanID() == b.SpanID() && a.TraceID() == b.TraceID()
}
