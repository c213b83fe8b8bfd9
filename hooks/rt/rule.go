// Package rt weaves this project's own run-time package: it learns that it is
// part of a woven program.
package rt

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/alerts.go
var alerts []byte

//go:embed inject/stack.go
var stack []byte

// Module is this project's own.
const Module = "github.com/drift-go/drift-toolexec"

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	return []*weave.Rule{{
		Name:    "rt",
		Doc:     "rt.Woven answers true; rt.OnUnpatched is told of alerts",
		Package: Module + "/rt",
		Module:  Module,
		Tried:   []string{"this release"},
		Patches: []weave.Patch{
			{
				Doc:  "the program is woven",
				In:   "woven",
				Kind: weave.Return,
				Stmt: "return false",
				Code: "true",
			},
			{
				Doc:  "what weaving put in is no part of a stack",
				In:   "stackTrace",
				Kind: weave.Entry,
				Code: "return driftStack(max, nil)",
			},
		},
		Files: []weave.File{{Name: "alerts.go", Body: alerts}, {Name: "stack.go", Body: stack}},
	}}
}
