// Package tunny hooks github.com/Jeffail/tunny: what a worker does with a payload is a
// child of who handed that over.
package tunny

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/job.go
var job []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/Jeffail/tunny"
	pack := func(in string) rule.Patch {
		return rule.Patch{
			Doc:  "a payload brings what is current where it is handed over",
			In:   in,
			Kind: rule.Entry,
			Code: "payload = driftPack(payload)",
		}
	}
	return []*rule.Rule{{
		Name:    "tunny",
		Doc:     "what a worker does with a payload is a child of who handed that over",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v0.1.4"},
		Patches: []rule.Patch{
			pack("(*Pool).Process"),
			pack("(*Pool).ProcessTimed"),
			pack("(*Pool).ProcessCtx"),
			{
				Doc:  "work on it under that",
				In:   "(*workerWrapper).run",
				Kind: rule.Before,
				Stmt: "result := w.worker.Process(payload)",
				Code: "payload, driftC := driftUnpack(payload); driftOld, driftWas := driftAttach(driftC)",
			},
			{
				Doc:  "and under nothing after it",
				In:   "(*workerWrapper).run",
				Kind: rule.After,
				Stmt: "result := w.worker.Process(payload)",
				Code: "driftDetach(driftOld, driftWas)",
			},
		},
		Files: []rule.File{{Name: "job.go", Body: job}},
	}}
}
