// Package sync holds what is injected into package sync. This file makes the
// folder vet clean and is not injected.
package sync

var _ = []any{driftHushed, driftUnhushed}
