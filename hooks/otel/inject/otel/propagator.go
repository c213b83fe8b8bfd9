package otel

import _ "unsafe" // for go:linkname

//go:linkname driftPropagator runtime.driftPropagator
var driftPropagator func() any

func init() {
	driftPropagator = func() any { return GetTextMapPropagator() }
}
