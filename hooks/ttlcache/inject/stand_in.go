// Package ttlcache holds what is injected into package ttlcache. This file makes
// the folder vet clean and is not injected.
package ttlcache

var _ = []any{driftAdopt, driftRestore}
