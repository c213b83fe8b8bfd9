// Package pond hooks github.com/alitto/pond: a task is a child of who submitted
// it.
package pond

import (
	"slices"

	"github.com/drift-go/drift-toolexec/weave"
)

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	const pkg = "github.com/alitto/pond/v2"
	return []*weave.Rule{{
		Name:    "pond",
		Doc:     "a task of a pool, a subpool or a group is a child of who submitted it, whatever worker runs it",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v2.0.0", "v2.7.1"},
		// The package's functions and subpools lead through these; what they
		// call takes a task as any.
		Bind: slices.Concat(
			bind("(*"+pkg+".pool).", "task", "", "Go", "Submit", "SubmitErr"),
			bind("(*"+pkg+".pool).", "task", "v2.3.1", "TrySubmit", "TrySubmitErr"),
			bind("(*"+pkg+".resultPool).", "task", "", "Submit", "SubmitErr"),
			bind("(*"+pkg+".resultPool).", "task", "v2.3.1", "TrySubmit", "TrySubmitErr"),
			// Before that, groups call the pool's Go.
			bind("(*"+pkg+".taskGroup).", "tasks", "v2.1.3", "Submit", "SubmitErr"),
			bind("(*"+pkg+".resultTaskGroup).", "tasks", "v2.1.3", "Submit", "SubmitErr"),
		),
	}}
}

// bind binds a parameter of a type's methods.
func bind(recv, param, since string, methods ...string) []weave.Bind {
	var list []weave.Bind
	for _, name := range methods {
		list = append(list, weave.Bind{Target: weave.Target{Func: recv + name, Since: since}, Param: param})
	}
	return list
}
