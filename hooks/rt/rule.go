// Package rt weaves this project's own run-time package: it learns that it is
// part of a woven program.
package rt

import "github.com/drift-go/drift-toolexec/weave"

// Rule returns the hook's rule.
func Rule() *weave.Rule {
	return &weave.Rule{
		Name:    "rt",
		Doc:     "rt.Woven answers true",
		Package: "github.com/drift-go/drift-toolexec/rt",
		Tried:   []string{"this release"},
		Patches: []weave.Patch{{
			Doc:  "the program is woven",
			In:   "woven",
			Kind: weave.Return,
			Stmt: "return false",
			Code: "true",
		}},
	}
}
