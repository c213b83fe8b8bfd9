// Package gotesting weaves package testing: a subtest is a child of who ran it.
package gotesting

import (
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "gotesting",
		Doc:     "what (*T).Run runs is a child of its caller, one that calls Parallel too",
		Package: "testing",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Callers: rule.Callers{Marks: []string{"(*testing.T).Run"}},
		Patches: []rule.Patch{
			{
				// A subtest that is not to run starts no goroutine: the mark must
				// not stay up for another's.
				Doc:  "take the mark that the caller raised",
				In:   "(*T).Run",
				Kind: rule.Entry,
				Code: "driftCaller := driftTakeMark()",
			},
			{
				Doc:  "the subtest's goroutine inherits from the caller",
				In:   "(*T).Run",
				Kind: rule.Before,
				Stmt: "go tRunner(t, f)",
				Code: "driftSetMark(driftCaller)",
			},
		},
	}}
}
