package singleflight

import _ "unsafe" // for go:linkname

//go:linkname driftSpanContext runtime.driftSpanContext
var driftSpanContext func(ctx any) any

//go:linkname driftFollow runtime.driftFollow
var driftFollow func(sc any)

// driftHere returns the current span's context, nil where there is none.
func driftHere() any {
	if driftSpanContext == nil { // no OpenTelemetry in this program
		return nil
	}
	return driftSpanContext(nil)
}

// driftFollows links the current span to the first caller's.
func driftFollows(first any) {
	if first != nil {
		driftFollow(first)
	}
}
