// Package errgroup hooks golang.org/x/sync/errgroup: a function that a group
// runs is a child of who handed it over.
package errgroup

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "golang.org/x/sync/errgroup"
	return []*rule.Rule{{
		Name:    "errgroup",
		Doc:     "what Go and TryGo run is a child of their caller",
		Package: pkg,
		Module:  "golang.org/x/sync",
		Tried:   []string{"v0.1.0", "v0.22.0", "v0.24.0"},
		Inherit: []rule.Target{
			{Func: "(*" + pkg + ".Group).Go"},
			{Func: "(*" + pkg + ".Group).TryGo"},
		},
	}}
}
