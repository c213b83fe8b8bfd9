// Package gotesting weaves package testing: a subtest, also one that runs in
// parallel, is a child of the test that runs it, on whose goroutine it is not.
package gotesting

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/mark.go
var mark []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	return []*weave.Rule{{
		Name:    "gotesting",
		Doc:     "what (*testing.T).Run runs is a child of the test that runs it",
		Package: "testing",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Patches: []weave.Patch{{
			Doc:  "hand the current context on to the subtest",
			In:   "(*T).Run",
			Kind: weave.Before,
			Stmt: "go tRunner(t, f)",
			Code: "driftMark()",
		}},
		Files: []weave.File{{Name: "mark.go", Body: mark}},
	}}
}
