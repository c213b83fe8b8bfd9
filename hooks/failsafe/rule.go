// Package failsafe hooks github.com/failsafe-go/failsafe-go: an execution is a child
// of who asked for it, whether it runs asynchronously or is hedged.
package failsafe

import "github.com/drift-go/drift-toolexec/weave"

// Rules returns the hook's rules. All other policies run the func on the goroutine
// that they were called on.
func Rules() []*weave.Rule {
	const module = "github.com/failsafe-go/failsafe-go"
	rule := func(pkg, doc, inherits string) *weave.Rule {
		return &weave.Rule{
			Name:    "failsafe",
			Doc:     doc,
			Package: pkg,
			Module:  module,
			Tried:   []string{"v0.6.9", "v0.9.8"},
			Inherit: []weave.Target{{Func: "(*" + pkg + "." + inherits}},
		}
	}
	return []*weave.Rule{
		rule(module, "what RunAsync, GetAsync and their like run is a child of their caller", "executor).executeAsync"),
		rule(module+"/hedgepolicy", "each attempt of a hedge is a child of the caller", "executor).Apply"),
	}
}
