// Package filters holds what is injected into instrumentations that have filters.
// This file makes the folder vet clean and is not injected.
package filters

var _ = []any{driftAdopt, driftRestore}
