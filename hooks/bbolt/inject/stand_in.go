// Package bbolt holds what is injected into package bbolt. This file makes the
// folder vet clean and is not injected.
package bbolt

var _ = []any{driftHushed, driftUnhushed}
