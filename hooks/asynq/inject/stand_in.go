// Package asynq holds what is injected into the package of that name. This file
// makes the folder vet clean and is not injected.
package asynq

var _ = []any{driftTaskHeaders, driftFromTask, driftFromTasks}
