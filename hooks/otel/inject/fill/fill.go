package fill

import (
	"context"
	_ "unsafe" // for go:linkname
)

//go:linkname driftFill go.opentelemetry.io/otel/trace.driftFill
func driftFill(ctx context.Context) context.Context
