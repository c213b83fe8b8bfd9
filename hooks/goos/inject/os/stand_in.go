// Package os holds what is injected into package os. This file makes the folder
// vet clean and is not injected.
package os

var _ = []any{driftEnviron}
