package otel

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
