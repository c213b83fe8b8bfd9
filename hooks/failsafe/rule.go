// Package failsafe hooks github.com/failsafe-go/failsafe-go: an execution is a child
// of who asked for it, whether it runs asynchronously or is hedged.
package failsafe

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rules. All other policies run the func on the goroutine
// that they were called on.
func Rules() []*rule.Rule {
	const module = "github.com/failsafe-go/failsafe-go"
	ruleFor := func(pkg, doc, inherits string) *rule.Rule {
		return &rule.Rule{
			Name:    "failsafe",
			Doc:     doc,
			Package: pkg,
			Module:  module,
			Tried:   []string{"v0.6.9", "v0.9.8"},
			Inherit: []rule.Target{{Func: "(*" + pkg + "." + inherits}},
		}
	}
	return []*rule.Rule{
		ruleFor(module, "what RunAsync, GetAsync and their like run is a child of their caller", "executor).executeAsync"),
		ruleFor(module+"/hedgepolicy", "each attempt of a hedge is a child of the caller", "executor).Apply"),
	}
}
