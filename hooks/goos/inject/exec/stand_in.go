// Package exec holds what is injected into package os/exec. This file makes the
// folder vet clean and is not injected.
package exec

var _ = driftEnvironOf
