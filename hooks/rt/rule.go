// Package rt weaves this project's own run-time package: it learns that it is
// part of a woven program.
package rt

import "github.com/drift-go/drift-toolexec/weave"

// Module is this project's own.
const Module = "github.com/drift-go/drift-toolexec"

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	return []*weave.Rule{{
		Name:    "rt",
		Doc:     "rt.Woven answers true",
		Package: Module + "/rt",
		Module:  Module,
		Tried:   []string{"this release"},
		Patches: []weave.Patch{{
			Doc:  "the program is woven",
			In:   "woven",
			Kind: weave.Return,
			Stmt: "return false",
			Code: "true",
		}},
	}}
}
