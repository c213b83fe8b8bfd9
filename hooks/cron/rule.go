// Package cron hooks github.com/robfig/cron/v3: every tick is a root. A job runs
// on a goroutine of its own, which starts under no context since it is the
// library's: whoever added the job, or started the scheduler, does not cause
// its ticks. Only Run needs more than that.
package cron

import (
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "cron",
		Doc:     "every tick is a root, whoever added the job or started the scheduler; a job that is run by hand is a child of who does",
		Package: "github.com/robfig/cron/v3",
		Module:  "github.com/robfig/cron/v3",
		Tried:   []string{"v3.0.0", "v3.0.1"},
		Patches: []rule.Patch{{
			Doc:  "schedules and loggers that Run calls for all jobs are not its caller's",
			In:   "(*Cron).Run",
			Kind: rule.Entry,
			Code: "defer driftDetach(driftAttach(nil))",
		}},
	}}
}
