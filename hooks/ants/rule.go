// Package ants hooks github.com/panjf2000/ants/v2: what a pool's worker runs is
// a child of who handed it over, and the worker is clean afterwards.
package ants

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/job.go
var job []byte

// Rules returns the hook's rule. A task is bound where it is submitted: all
// ways lead through (*Pool).Submit. An argument can't be: its context rides in
// a field of the worker that it is sent to. The multi pools are made of these.
func Rules() []*rule.Rule {
	const (
		pkg = "github.com/panjf2000/ants/v2"

		carry   = "w.drift.carry()"
		adopt   = "driftOld, driftHush := w.drift.adopt()"
		restore = "driftDetach(driftOld, driftHush)"
	)
	return []*rule.Rule{{
		Name:    "ants",
		Doc:     "what a pool runs is a child of the caller of Submit or Invoke",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v2.0.0", "v2.7.2", "v2.10.0", "v2.12.1"},
		Bind: []rule.Bind{
			{Target: rule.Target{Func: "(*" + pkg + ".Pool).Submit"}, Param: "task"},
		},
		Patches: []rule.Patch{
			{
				Doc:  "room for the context of who sent the argument",
				In:   "goWorkerWithFunc",
				Kind: rule.Field,
				Code: "drift driftJob",
			},
			{
				Doc:   "Invoke sends the argument itself",
				In:    "(*PoolWithFunc).Invoke",
				Kind:  rule.Before,
				Stmt:  "w.args <- args",
				Code:  carry,
				Until: "v2.7.2",
				Group: "carry",
			},
			{
				Doc:   "Invoke has the worker send itself the argument",
				In:    "(*goWorkerWithFunc).inputParam",
				Kind:  rule.Entry,
				Code:  carry,
				Since: "v2.7.2",
				Until: "v2.11.0",
				Group: "carry",
			},
			{
				Doc:   "the same under another name",
				In:    "(*goWorkerWithFunc).inputArg",
				Kind:  rule.Entry,
				Code:  carry,
				Since: "v2.11.0",
				Group: "carry",
			},
			{
				Doc:   "call the pool's function under that context",
				In:    "(*goWorkerWithFunc).run",
				Kind:  rule.Before,
				Stmt:  "w.pool.poolFunc(args)",
				Code:  adopt,
				Until: "v2.11.0",
				Group: "adopt",
			},
			{
				Doc:   "call the pool's function under that context",
				In:    "(*goWorkerWithFunc).run",
				Kind:  rule.Before,
				Stmt:  "w.pool.fn(arg)",
				Code:  adopt,
				Since: "v2.11.0",
				Group: "adopt",
			},
			{
				Doc:  "clean the worker before others may have it",
				In:   "(*goWorkerWithFunc).run",
				Kind: rule.Before,
				Stmt: "if ok := w.pool.revertWorker(w); !ok",
				Code: restore,
			},
			{
				Doc:   "room for the context of who sent the argument",
				In:    "goWorkerWithFuncGeneric",
				Kind:  rule.Field,
				Code:  "drift driftJob",
				Since: "v2.11.0",
			},
			{
				Doc:   "Invoke sends the argument itself",
				In:    "(*PoolWithFuncGeneric).Invoke",
				Kind:  rule.Before,
				Stmt:  "w.(*goWorkerWithFuncGeneric[T]).arg <- arg",
				Code:  "w.(*goWorkerWithFuncGeneric[T]).drift.carry()",
				Since: "v2.11.0",
			},
			{
				Doc:   "call the pool's function under that context",
				In:    "(*goWorkerWithFuncGeneric).run",
				Kind:  rule.Before,
				Stmt:  "w.pool.fn(arg)",
				Code:  adopt,
				Since: "v2.11.0",
			},
			{
				Doc:   "clean the worker before others may have it",
				In:    "(*goWorkerWithFuncGeneric).run",
				Kind:  rule.Before,
				Stmt:  "if ok := w.pool.revertWorker(w); !ok",
				Code:  restore,
				Since: "v2.11.0",
			},
		},
		Files: []rule.File{{Name: "job.go", Body: job}},
	}}
}
