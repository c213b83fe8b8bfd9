package otel

import _ "unsafe" // for go:linkname

//go:linkname driftPropagator runtime.driftPropagator
var driftPropagator func() any

//go:linkname driftProvider runtime.driftProvider
var driftProvider func() any

func init() {
	driftProvider = func() any { return GetTracerProvider() }
	// Until the user sets one, it is this one, which does nothing.
	unset := GetTextMapPropagator()
	driftPropagator = func() any {
		if p := GetTextMapPropagator(); p != unset {
			return p
		}
		return nil
	}
}
