// Package dataloader hooks github.com/graph-gophers/dataloader: the span of a
// batch links to everyone who asked for something in it. The library gives the
// batch function the context of whoever came first, and runs it on a goroutine
// of its own.
package dataloader

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/batch.go
var batch []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/graph-gophers/dataloader/v7"
	return []*rule.Rule{{
		Name:    "dataloader",
		Doc:     "a batch for one caller is a child of his; one for several is a root that links to each",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v7.1.0"},
		Inherit: []rule.Target{{Func: "(*" + pkg + ".Loader).LoadMany"}},
		Patches: []rule.Patch{
			{
				Doc:  "who asked",
				In:   "batcher",
				Kind: rule.Field,
				Code: "drift []driftLoadCaller",
			},
			{
				Doc:  "note who asks, under the lock of the batch",
				In:   "(*Loader).Load",
				Kind: rule.Before,
				Stmt: "l.curBatcher.input <- req",
				Code: "l.curBatcher.drift = driftNoteCaller(l.curBatcher.drift, originalContext)",
			},
			{
				Doc:  "run the batch on behalf of those",
				In:   "(*batcher).batch",
				Kind: rule.Before,
				Stmt: "ctx, finish := b.tracer.TraceBatch(originalContext, keys)",
				Code: "originalContext, driftC := driftLoadBatch(originalContext, b.drift); defer driftDetach(driftAttach(driftC))",
			},
		},
		Files: []rule.File{{Name: "batch.go", Body: batch}},
	}}
}
