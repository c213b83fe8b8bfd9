// Package rt weaves this project's own run-time package: what a context holds
// becomes the ambient context, and the package learns that it is part of a woven
// program.
package rt

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/hooks/goruntime"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/ambient.go
var ambient []byte

//go:embed inject/alerts.go
var alerts []byte

// Module is this project's own.
const Module = "github.com/drift-go/drift-toolexec"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	returns := func(in, stmt, code, doc string) rule.Patch {
		return rule.Patch{Doc: doc, In: in, Kind: rule.Return, Stmt: stmt, Code: code}
	}
	return []*rule.Rule{{
		Name:    "rt",
		Doc:     "what rt runs with a ctx runs under the ctx's span; rt.Woven answers true; rt.OnAlert is told of alerts",
		Package: Module + "/rt",
		Module:  Module,
		Tried:   []string{"this release"},
		Patches: []rule.Patch{
			returns("woven", "return false", "true", "the program is woven"),
			{
				Doc:  "what weaving put in is no part of a stack",
				In:   "stackTrace",
				Kind: rule.Entry,
				Code: "return driftStack(max, nil)",
			},
			returns("current", "return context.Background()", "driftAmbient()", "the ambient context"),
			{
				Doc:  "what was ambient before, and a active that was made for the run",
				In:   "scope",
				Kind: rule.Field,
				Code: "old driftPointer; was, barrier uint64; here bool; made driftPointer",
			},
			returns("enter", "return scope{}", "driftEnterHere(ctx)", "ctx's"),
			returns("enterNone", "return scope{}", "driftEnterNone()", "none"),
			{
				Doc:  "bring back what was there",
				In:   "scope.leave",
				Kind: rule.Empty,
				Code: "func (s scope) leave() { driftLeaveScope(s) }",
			},
			{
				Doc:  "a captured context, or the ctx to make one of for each run",
				In:   "snapshot",
				Kind: rule.Field,
				Code: "c driftPointer; ctx context.Context",
			},
			returns("capture", "return snapshot{}", "driftSnapshot(ctx)", "ctx's"),
			returns("captureCaller", "return snapshot{}", "driftSnapshotCaller(ctx)", "the caller's, or ctx's"),
			returns("snapshot.enter", "return scope{}", "driftEnterSnapshot(s)", "what was captured"),
		},
		Files: []rule.File{
			{Name: "alerts.go", Body: alerts},

			{Name: "activation.go", Body: goruntime.Activation},
			{Name: "ambient.go", Body: ambient},
		},
	}}
}
