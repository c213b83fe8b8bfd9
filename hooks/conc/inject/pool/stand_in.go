// Package pool holds what is injected into conc's package pool. This file makes
// the folder vet clean and is not injected.
package pool

var _ = driftAdopt
