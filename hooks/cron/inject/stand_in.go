// Package cron holds what is injected into package cron. This file makes the
// folder vet clean and is not injected.
package cron

var _ = []any{driftAdopt, driftRestore}
