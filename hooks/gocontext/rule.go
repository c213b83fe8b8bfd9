// Package gocontext weaves package context: what AfterFunc runs is a child of
// who registered it, whoever cancels, and on a deadline too.
package gocontext

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/afterfunc.go
var afterFunc []byte

//go:embed inject/lookup.go
var lookup []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	return []*weave.Rule{{
		Name:    "gocontext",
		Doc:     "what AfterFunc runs is a child of who registered it, not of who cancels",
		Package: "context",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Marks:   []string{"context.AfterFunc"},
		Patches: []weave.Patch{
			{
				Doc:  "the registrant's context",
				In:   "afterFuncCtx",
				Kind: weave.Field,
				Code: "drift driftPointer",
			},
			{
				Doc:  "keep it",
				In:   "AfterFunc",
				Kind: weave.After,
				Stmt: "a := &afterFuncCtx{",
				Code: "a.drift = driftTakeMark()",
			},
			{
				Doc:  "hand it on",
				In:   "(*afterFuncCtx).cancel",
				Kind: weave.Before,
				Stmt: "go a.f()",
				Code: "driftSetMark(a.drift)",
			},
		},
		Files:   []weave.File{{Name: "afterfunc.go", Body: afterFunc}, {Name: "lookup.go", Body: lookup}},
		Imports: []string{"internal/reflectlite"},
	}}
}
