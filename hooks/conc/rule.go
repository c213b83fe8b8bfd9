// Package conc hooks github.com/sourcegraph/conc: a piece of work runs as a
// child of who handed it over, whatever worker runs it.
package conc

import (
	_ "embed" // for the injected files

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/stream/callback.go
var callback []byte

// Rules returns the hook's rules. Package iter has none: all that it runs goes
// through WaitGroup.Go.
func Rules() []*rule.Rule {
	const module = "github.com/sourcegraph/conc"
	ruleFor := func(pkg, doc string) *rule.Rule {
		return &rule.Rule{
			Name:    "conc",
			Doc:     doc,
			Package: pkg,
			Module:  module,
			Tried:   []string{"v0.3.0", "v0.3.1-0.20240121214520-5f936abd7ae8"},
		}
	}

	group := ruleFor(module, "what (*WaitGroup).Go runs is a child of its caller; so is what package iter runs")
	group.Inherit = []rule.Target{{Func: "(*" + module + ".WaitGroup).Go"}}

	// Every kind of pool hands its tasks to a Pool, and so does a Stream.
	pool := ruleFor(module+"/pool", "what the Go of a pool of any kind runs is a child of its caller")
	pool.Bind = []rule.Bind{{Target: rule.Target{Func: "(*" + module + "/pool.Pool).Go"}, Param: "f"}}
	// Hushing where workers are started would come to the same, but releases
	// differ in how, and in how many places, that is done.
	pool.Patches = []rule.Patch{{
		Doc:  "a worker is not the child of whose task it was started for, though WaitGroup.Go starts it",
		In:   "(*Pool).worker",
		Kind: rule.Entry,
		Code: "driftAttach(nil)",
	}}

	// The goroutine that runs the callbacks is started inside a sync.Once, so
	// that WaitGroup.Go hands it nothing.
	stream := ruleFor(module+"/stream", "what (*Stream).Go runs is a child of its caller, and so is the callback that it returns")
	stream.Patches = []rule.Patch{{
		Doc:  "the callback runs under what its task was run under",
		In:   "(*Stream).Go",
		Kind: rule.After,
		Stmt: "callback := f()",
		Code: "callback = driftBound(callback)",
	}}
	stream.Files = []rule.File{{Name: "callback.go", Body: callback}}

	return []*rule.Rule{group, pool, stream}
}
