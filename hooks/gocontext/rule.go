// Package gocontext weaves package context: what AfterFunc runs is a child of
// who registered it, whoever cancels, and on a deadline too.
package gocontext

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/lookup.go
var lookup []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "gocontext",
		Doc:     "what AfterFunc runs is a child of who registered it, not of who cancels",
		Package: "context",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Callers: rule.Callers{Marks: []string{"context.AfterFunc"}},
		Patches: []rule.Patch{
			{
				Doc:  "the registrant's context",
				In:   "afterFuncCtx",
				Kind: rule.Field,
				Code: "drift driftPointer",
			},
			{
				Doc:  "keep it",
				In:   "AfterFunc",
				Kind: rule.After,
				Stmt: "a := &afterFuncCtx{",
				Code: "a.drift = driftTakeMark()",
			},
			{
				Doc:  "hand it on",
				In:   "(*afterFuncCtx).cancel",
				Kind: rule.Before,
				Stmt: "go a.f()",
				Code: "driftSetMark(a.drift)",
			},
		},
		Files:   []rule.File{{Name: "lookup.go", Body: lookup}},
		Imports: []string{"internal/reflectlite"},
	}}
}
