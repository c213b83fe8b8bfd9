// Package context holds what is injected into package context. This file makes
// the folder vet clean and is not injected.
package context

var _ = []any{driftTakeMark, driftSetMark}
