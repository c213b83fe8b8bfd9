package trace

import "unsafe"

func init() {
	driftLinkMessage = func(cur *driftActive, c unsafe.Pointer) {
		f := (*driftActive)(unsafe.Add(c, -1))
		if driftSameTrace(cur, f) {
			return
		}
		tab, data := driftWordsOf(f)
		if data == nil {
			return
		}
		span := driftSpan(tab, data)
		if closed, ok := span.(*driftClosed); ok && f.flags&driftIsLinked != 0 {
			for _, l := range closed.links {
				driftFollow(l.SpanContext)
			}
			return
		}
		driftFollow(span.SpanContext())
	}
}
