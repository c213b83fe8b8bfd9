// Package stream holds what is injected into conc's package stream. This file
// stands in for that and is not injected.
package stream

// Callback stands in for stream.Callback.
type Callback func()

var _ = driftBound
