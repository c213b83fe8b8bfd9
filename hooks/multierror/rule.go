// Package multierror hooks github.com/hashicorp/go-multierror: a function that a group
// runs is a child of who handed it over.
package multierror

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/hashicorp/go-multierror"
	return []*rule.Rule{{
		Name:    "multierror",
		Doc:     "what (*Group).Go runs is a child of its caller",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.1.0", "v1.1.1"},
		Since:   "v1.1.0", // which brought Group
		Inherit: []rule.Target{{Func: "(*" + pkg + ".Group).Go"}},
	}}
}
