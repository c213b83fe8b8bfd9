package rt

import _ "unsafe" // for go:linkname

//go:linkname driftTell runtime.driftTell
var driftTell func(fields []string)

//go:linkname driftTold runtime.driftTold
var driftTold func()

func init() {
	driftTell = func(f []string) {
		deliver(Alert{
			TraceID: f[0], SpanID: f[1], Operation: f[2], Address: f[3],
			Module: f[4], Version: f[5], Function: f[6], Stack: f[7],
		})
	}
	told = func() {
		if driftTold != nil {
			driftTold()
		}
	}
}
