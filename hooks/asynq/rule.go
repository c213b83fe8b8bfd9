// Package asynq hooks github.com/hibiken/asynq: a task carries the span that it
// was enqueued under in its headers. Releases before v0.26.0 have no headers:
// there handlers are roots, as everything on the library's goroutines is.
package asynq

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/wire.go
var wire []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const headers = "v0.26.0" // the first release that has them
	return []*rule.Rule{{
		Name:    "asynq",
		Doc:     "a handler's spans are children of the one that the task was enqueued under; an aggregator's link to those of its tasks",
		Package: "github.com/hibiken/asynq",
		Module:  "github.com/hibiken/asynq",
		Tried:   []string{"v0.19.0", "v0.26.0"},
		Patches: []rule.Patch{
			{
				Doc:   "write the span",
				In:    "(*Client).EnqueueContext",
				Kind:  rule.After,
				Stmt:  "msg := &base.TaskMessage{",
				Code:  "msg.Headers = driftTaskHeaders(ctx, msg.Headers)",
				Since: headers,
			},
			{
				Doc:   "handle the task under what its headers say",
				In:    "(*processor).perform",
				Kind:  rule.Entry,
				Code:  "defer driftDelivered(driftDeliver(driftFromTask(task.headers)))",
				Since: headers,
			},
			{
				// It calls the user's functions for errors and retries, on
				// another goroutine than the handler's.
				Doc:   "deal with its failure under it too",
				In:    "(*processor).handleFailedMessage",
				Kind:  rule.Entry,
				Code:  "defer driftDelivered(driftDeliver(driftFromTask(msg.Headers)))",
				Since: headers,
			},
			{
				Doc:   "link what aggregates tasks to where they came from",
				In:    "(*aggregator).aggregate",
				Kind:  rule.Before,
				Stmt:  "aggregatedTask := a.ga.Aggregate(gname, tasks)",
				Code:  "driftOld, driftWas := driftAttach(driftFromTasks(len(tasks), func(i int) map[string]string { return tasks[i].headers }))",
				Since: headers,
			},
			{
				Doc:   "that is over",
				In:    "(*aggregator).aggregate",
				Kind:  rule.After,
				Stmt:  "aggregatedTask := a.ga.Aggregate(gname, tasks)",
				Code:  "driftDetach(driftOld, driftWas)",
				Since: headers,
			},
		},
		Files: []rule.File{{Name: "wire.go", Body: wire}},
	}}
}
