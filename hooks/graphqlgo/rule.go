// Package graphqlgo hooks github.com/graph-gophers/graphql-go: a resolver is a child of
// the request, though the library runs it on a goroutine of its own.
//
// The goroutine of a subscription lives as long as its client is there, and starts
// under no context.
package graphqlgo

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const (
		module  = "github.com/graph-gophers/graphql-go"
		pkg     = module + "/internal/exec"
		request = "(*" + pkg + ".Request)"
	)
	return []*rule.Rule{{
		Name:    "graphqlgo",
		Doc:     "a resolver of a query or a mutation is a child of the caller of Exec",
		Package: pkg,
		Module:  module,
		Tried:   []string{"v1.3.0", "v1.11.0"},
		Inherit: []rule.Target{{Func: request + ".execSelections"}, {Func: request + ".execList"}},
	}}
}
