package trace

import "unsafe"

//go:linkname driftLinkMessage runtime.driftLinkMessage
var driftLinkMessage func(cur *driftFrame, c unsafe.Pointer)

func init() {
	driftLinkMessage = func(cur *driftFrame, c unsafe.Pointer) {
		f := (*driftFrame)(unsafe.Add(c, -1))
		if driftSameTrace(cur, f) {
			return
		}
		if f.flags&driftLinked == 0 {
			driftFollow((*driftRemoteFrame)(unsafe.Pointer(f)).closed.sc)
			return
		}
		if left := driftLeftOf(f); left != nil {
			for _, l := range (*driftClosed)(left).links {
				driftFollow(l.SpanContext)
			}
		}
	}
}
