// Package testing holds what is injected into package testing. This file makes
// the folder vet clean and is not injected.
package testing

var _ = []any{driftTakeMark, driftSetMark}
