// Package routine hooks github.com/timandy/routine: what it starts in a go statement's
// stead is a child of who started it.
package routine

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/timandy/routine"
	return []*rule.Rule{{
		Name:    "routine",
		Doc:     "what Go, GoWait and GoWaitResult run is a child of their caller",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.1.4", "v1.1.6"},
		Inherit: []rule.Target{{Func: pkg + ".Go"}, {Func: pkg + ".GoWait"}, {Func: pkg + ".GoWaitResult"}},
	}}
}
