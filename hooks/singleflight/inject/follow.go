package singleflight

// driftFlightHere returns the current span's context, nil where there is none.
func driftFlightHere() any {
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
