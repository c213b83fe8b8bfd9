// Package early gets a tracer before a TracerProvider is set: this package's name
// comes before that of trees, which sets it.
package early

import "go.opentelemetry.io/otel"

// Tracer is one of the global provider, which delegates.
var Tracer = otel.Tracer("early")
