// Package pond hooks github.com/alitto/pond: a task is a child of who submitted
// it.
package pond

import (
	"slices"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Rules returns the hook's rules: for both major versions.
func Rules() []*rule.Rule {
	const (
		v1 = "github.com/alitto/pond"
		v2 = v1 + "/v2"
	)
	return []*rule.Rule{{
		Name:    "pond",
		Doc:     "a task of a pool or a group is a child of who submitted it, whatever worker runs it",
		Package: v1,
		Module:  v1,
		Tried:   []string{"v1.0.0", "v1.9.2"},
		// Groups call Submit, and that submit, since there is one.
		Bind: []rule.Bind{
			{Target: rule.Target{Func: "(*" + v1 + ".WorkerPool).Submit", Until: "v1.4.0"}, Param: "task"},
			{Target: rule.Target{Func: "(*" + v1 + ".WorkerPool).submit", Since: "v1.4.0"}, Param: "task"},
		},
	}, {
		Name:    "pond",
		Doc:     "a task of a pool, a subpool or a group is a child of who submitted it, whatever worker runs it",
		Package: v2,
		Module:  v2,
		Tried:   []string{"v2.0.0", "v2.7.1"},
		// The package's functions and subpools lead through these; what they
		// call takes a task as any.
		Bind: slices.Concat(
			bind("(*"+v2+".pool).", "task", "", "Go", "Submit", "SubmitErr"),
			bind("(*"+v2+".pool).", "task", "v2.3.1", "TrySubmit", "TrySubmitErr"),
			bind("(*"+v2+".resultPool).", "task", "", "Submit", "SubmitErr"),
			bind("(*"+v2+".resultPool).", "task", "v2.3.1", "TrySubmit", "TrySubmitErr"),
			// Before that, groups call the pool's Go.
			bind("(*"+v2+".taskGroup).", "tasks", "v2.1.3", "Submit", "SubmitErr"),
			bind("(*"+v2+".resultTaskGroup).", "tasks", "v2.1.3", "Submit", "SubmitErr"),
		),
	}}
}

// bind binds a parameter of a type's methods.
func bind(recv, param, since string, methods ...string) []rule.Bind {
	var list []rule.Bind
	for _, name := range methods {
		list = append(list, rule.Bind{Target: rule.Target{Func: recv + name, Since: since}, Param: param})
	}
	return list
}
