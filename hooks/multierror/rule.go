// Package multierror hooks github.com/hashicorp/go-multierror: a function that a group
// runs is a child of who handed it over.
package multierror

import "github.com/drift-go/drift-toolexec/weave"

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	const pkg = "github.com/hashicorp/go-multierror"
	return []*weave.Rule{{
		Name:    "multierror",
		Doc:     "what (*Group).Go runs is a child of its caller",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.1.0", "v1.1.1"},
		Since:   "v1.1.0", // which brought Group
		Inherit: []weave.Target{{Func: "(*" + pkg + ".Group).Go"}},
	}}
}
