package trace

import (
	"context"
	"unsafe"
)

func init() {
	var remote Span = (*driftRemoteSpan)(nil)
	driftRemoteTab = (*driftWords)(unsafe.Pointer(&remote)).tab
	var closed Span = (*driftClosed)(nil)
	driftClosedTab = (*driftWords)(unsafe.Pointer(&closed)).tab
	driftHolds = driftHoldsFrame
	driftSpanContext = driftSpanContextOf
	driftSameSpan = driftSameSpanContext
	driftFollow = driftFollowTo
	driftLinks = driftLinkTo
	driftHide = func(ctx any) any { return driftHidden{ctx.(context.Context)} }
	driftLive = func(ctx any) bool { return driftSent(ctx) != nil }
	driftFromContext = driftInheritFrom
	driftRemoteOver = driftEndRemote
	driftSameTrace = func(a, b *driftFrame) bool { x := driftTrace(a); return x == driftTrace(b) && x.IsValid() }
	driftIDs = driftIDsOf
	driftAnswers = func(ctx any) bool { c, _ := ctx.(context.Context); return driftHas(c) }
	driftClosedBaggage = func(tab, data unsafe.Pointer) any {
		if tab == driftClosedTab && data != nil {
			return (*driftClosed)(data).baggage
		}
		return nil
	}
}

func driftHoldsFrame(ctx any, frame *driftFrame) bool {
	span, _ := driftHeldBy(ctx)
	if span == nil {
		return false
	}
	_, data := driftWordsOf(frame)
	w := (*driftWords)(unsafe.Pointer(&span))
	return data != nil && w.data == data || !driftOwns(span) && driftDecorates(span)
}

func driftSpanContextOf(ctx any) any {
	if sc, _ := driftSC(driftSent(ctx)); sc.IsValid() {
		return sc
	}
	return nil
}

func driftSameSpanContext(a, b any) bool {
	x, ok := a.(SpanContext)
	y, ok2 := b.(SpanContext)
	return ok && ok2 && driftSame(x, y)
}

func driftFollowTo(sc any) {
	to, ok := sc.(SpanContext)
	if !ok {
		return
	}
	span := driftCurrentSpan()
	linker, ok := span.(interface{ AddLink(Link) })
	if ok && !driftSame(span.SpanContext(), to) {
		linker.AddLink(Link{SpanContext: to})
	}
}

func driftLinkTo(scs []any) unsafe.Pointer {
	f := &driftFrame{ended: 1, shared: 1, flags: driftLinked}
	f.root = f
	c := &driftClosed{frame: f}
	for _, sc := range scs {
		if to, ok := sc.(SpanContext); ok {
			c.links = append(c.links, Link{SpanContext: to})
		}
	}
	f.held = unsafe.Add(unsafe.Pointer(c), 1)
	return unsafe.Add(unsafe.Pointer(f), 1)
}

func driftInheritFrom(ctx any) unsafe.Pointer {
	if !driftOn() {
		return nil
	}
	span, _ := driftHeldBy(ctx)
	f, _ := driftInheritable(span, true)
	if f == nil {
		return nil
	}
	return unsafe.Add(unsafe.Pointer(f), 1)
}

// driftEndRemote says that what was extracted is dealt with. A frame that is a span's
// of the SDK's ends with that.
func driftEndRemote(c unsafe.Pointer) {
	f := (*driftFrame)(unsafe.Add(c, -1))
	if f.flags&driftDistant == 0 {
		return
	}
	if driftEnd(f) {
		r := (*driftRemoteFrame)(unsafe.Add(unsafe.Pointer(f), -int(unsafe.Offsetof((*driftRemoteFrame)(nil).driftFrame))))
		if driftBaggageOf != nil {
			if tab, data := driftContext(f); data != nil {
				r.closed.baggage = driftBaggageOf(tab, data)
			}
		}
		driftClose(f, unsafe.Pointer(&r.closed))
	}
}

func driftIDsOf(tab, data unsafe.Pointer) (trace, span string) {
	var sc SpanContext
	s := driftSpan(tab, data)
	if closed, ok := s.(*driftClosed); ok && len(closed.links) > 0 {
		sc = closed.links[0].SpanContext
	} else {
		sc = s.SpanContext()
	}
	return sc.TraceID().String(), sc.SpanID().String()
}

// driftDetachedLinks returns what a span that is about to start is to be linked to,
// on a goroutine whose frame is detached: the span it would have been a child of.
func driftDetachedLinks(frame *driftFrame, tab, data unsafe.Pointer) []Link {
	if driftState == driftLogging {
		driftLog("detach", unsafe.Add(unsafe.Pointer(frame), 1))
	}
	s := driftSpan(tab, data)
	if closed, ok := s.(*driftClosed); ok && closed.links != nil {
		return closed.links
	}
	return []Link{{SpanContext: s.SpanContext()}}
}

// driftPush makes the span current that a call returned, which is not the one that
// the SDK started last on this goroutine, if it is a decorator around that: then
// that is current. Of any other nobody would tell when it ends. What is used on here
// is current if the SDK started it elsewhere.
func driftPush(ctx, span any, flags uint32) {
	s, ok := span.(Span)
	switch {
	case !ok:
	case flags&driftUsed != 0:
		if f, _ := driftFrameOf(s); f != nil && f.flags&(driftDistant|driftLinked) == 0 {
			driftUse(f, (*driftWords)(unsafe.Pointer(&s)).data, flags)
		}
	case !driftOwns(s) && driftDecorates(s):
		driftClaimAny(flags)
	}
}
