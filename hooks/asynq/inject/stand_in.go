// Package asynq holds what is injected into the package of that name. This file
// makes the folder vet clean and is not injected.
package asynq

// Task stands in for asynq.Task.
type Task struct{ headers map[string]string }

var _ = []any{driftTaskHeaders, driftFromTask, driftFromTasks}
