// Package gocron hooks github.com/go-co-op/gocron/v2: every run of a job is a
// root. Scheduler, executor and runners are goroutines of the library's, so they
// start under no context, and jobs and listeners run on them alone. There is
// nothing to weave. That the package has a hook keeps it so where its source is
// a copy in scope.
//
// A run that RunNow asks for is a root too: what asks is gone before it begins,
// which in limit and singleton mode is when others are over, and nothing in the
// request that travels from one to the other tells them.
package gocron

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "gocron",
		Doc:     "every run of a job is a root, whoever added the job, started the scheduler or asked for the run with RunNow; nothing needs weaving for that",
		Package: "github.com/go-co-op/gocron/v2",
		Module:  "github.com/go-co-op/gocron/v2",
		Tried:   []string{"v2.0.0", "v2.21.2"},
	}}
}
