// Package rt weaves this project's own run-time package: what a context holds
// becomes the ambient context, and the package learns that it is part of a woven
// program.
package rt

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/hooks/goruntime"
	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/ambient.go
var ambient []byte

//go:embed inject/alerts.go
var alerts []byte

//go:embed inject/stack.go
var stack []byte

// Module is this project's own.
const Module = "github.com/drift-go/drift-toolexec"

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	returns := func(in, stmt, code, doc string) weave.Patch {
		return weave.Patch{Doc: doc, In: in, Kind: weave.Return, Stmt: stmt, Code: code}
	}
	return []*weave.Rule{{
		Name:    "rt",
		Doc:     "what rt runs with a ctx runs under the ctx's span; rt.Woven answers true; rt.OnUnpatched is told of alerts",
		Package: Module + "/rt",
		Module:  Module,
		Tried:   []string{"this release"},
		Patches: []weave.Patch{
			returns("woven", "return false", "true", "the program is woven"),
			{
				Doc:  "what weaving put in is no part of a stack",
				In:   "stackTrace",
				Kind: weave.Entry,
				Code: "return driftStack(max, nil)",
			},
			returns("current", "return context.Background()", "driftAmbient()", "the ambient context"),
			{
				Doc:  "what was ambient before, and a frame that was made for the run",
				In:   "scope",
				Kind: weave.Field,
				Code: "old driftPointer; hushed, barrier uint64; here bool; made driftPointer",
			},
			returns("enter", "return scope{}", "driftEnterHere(ctx)", "ctx's"),
			returns("enterNone", "return scope{}", "driftEnterNone()", "none"),
			{
				Doc:  "bring back what was there",
				In:   "scope.leave",
				Kind: weave.Empty,
				Code: "func (s scope) leave() { driftLeave(s) }",
			},
			{
				Doc:  "a captured context, or the ctx to make one of for each run",
				In:   "snapshot",
				Kind: weave.Field,
				Code: "c driftPointer; ctx context.Context",
			},
			returns("capture", "return snapshot{}", "driftSnapshot(ctx)", "ctx's"),
			returns("captureCaller", "return snapshot{}", "driftSnapshotCaller(ctx)", "the caller's, or ctx's"),
			returns("snapshot.enter", "return scope{}", "driftEnterSnapshot(s)", "what was captured"),
		},
		Files: []weave.File{
			{Name: "alerts.go", Body: alerts},
			{Name: "stack.go", Body: stack},
			{Name: "frame.go", Body: goruntime.Frame},
			{Name: "ambient.go", Body: ambient},
		},
	}}
}
