// Package workerpool hooks github.com/gammazero/workerpool: a task is a child
// of who submitted it.
package workerpool

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/gammazero/workerpool"
	return []*rule.Rule{{
		Name:    "workerpool",
		Doc:     "a task is a child of who submitted it, whatever worker runs it",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.0.0", "v1.2.1", "v1.3.0"},
		// All ways lead through Do, since there is one.
		Bind: []rule.Bind{
			{Target: rule.Target{Func: "(*" + pkg + ".WorkerPool).Submit", Until: "v1.2.0"}, Param: "task"},
			{Target: rule.Target{Func: "(*" + pkg + ".WorkerPool).SubmitWait", Until: "v1.2.0"}, Param: "task"},
			{Target: rule.Target{Func: "(*" + pkg + ".WorkerPool).Do", Since: "v1.2.0"}, Param: "task"},
		},
	}}
}
