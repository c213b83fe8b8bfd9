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
	driftHolds = driftHoldsActive
	driftSpanContext = driftSpanContextOf
	driftSameSpan = driftSameSpanContext
	driftFollow = driftFollowTo
	driftLinks = driftLinkTo
	driftHide = func(ctx any) any { return driftHidden{ctx.(context.Context)} }
	driftLive = func(ctx any) bool { return driftSent(ctx) != nil }
	driftFromContext = driftInheritFrom
	driftEndRemote = driftRemoteEnded
	driftSameTrace = func(a, b *driftActive) bool { x := driftTrace(a); return x == driftTrace(b) && x.IsValid() }
	driftIDs = driftIDsOf
	driftAnswers = func(ctx any) bool { c, _ := ctx.(context.Context); return driftHas(c) }
	driftClosedBaggage = func(tab, data unsafe.Pointer) any {
		if tab == driftClosedTab && data != nil {
			return (*driftClosed)(data).baggage
		}
		return nil
	}
}

func driftHoldsActive(ctx any, active *driftActive) bool {
	span, _ := driftHeldBy(ctx)
	if span == nil {
		return false
	}
	_, data := driftWordsOf(active)
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
	f := &driftActive{ended: 1, shared: 1, flags: driftIsLinked}
	f.root = f
	c := &driftClosed{active: f}
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

// driftRemoteEnded says that what was extracted is dealt with. An activation that is a span's
// of the SDK's ends with that.
func driftRemoteEnded(c unsafe.Pointer) {
	f := (*driftActive)(unsafe.Add(c, -1))
	if f.flags&driftIsRemote == 0 {
		return
	}
	if driftEnd(f) {
		r := (*driftActiveRemote)(unsafe.Add(unsafe.Pointer(f), -int(unsafe.Offsetof((*driftActiveRemote)(nil).driftActive))))
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

// driftExpiredLinks returns what a span that is about to start is to be linked to,
// on a goroutine whose activation is detached: the span it would have been a child of.
func driftExpiredLinks(active *driftActive, tab, data unsafe.Pointer) []Link {
	if driftState == driftLogging {
		driftLog("detach", unsafe.Add(unsafe.Pointer(active), 1))
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
	case flags&driftPushUsed != 0:
		if f, _ := driftActiveOf(s); f != nil && f.flags&(driftIsRemote|driftIsLinked) == 0 {
			driftUse(f, (*driftWords)(unsafe.Pointer(&s)).data, flags)
		}
	case !driftOwns(s) && driftDecorates(s):
		driftClaimAny(flags)
	}
}
