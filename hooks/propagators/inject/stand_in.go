// Package propagators holds what is injected into the propagators of OpenTelemetry's
// contrib modules. This file makes the folder vet clean and is not injected.
package propagators

var _ = []any{driftFill, driftNothing}
