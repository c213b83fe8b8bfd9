// Package gqlgen hooks github.com/99designs/gqlgen: a resolver is a child of the
// request, though the library runs it on a goroutine of its own. Older generated code
// starts those of a list itself, in the user's own package, where all inherit.
//
// The goroutines of a subscription, and of a connection that waits for operations,
// live as long as their client is there, and start under no context.
package gqlgen

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const (
		module = "github.com/99designs/gqlgen"
		pkg    = module + "/graphql"
	)
	return []*rule.Rule{{
		Name:    "gqlgen",
		Doc:     "a resolver that runs concurrently, or deferred, is a child of what the operation is executed under",
		Package: pkg,
		Module:  module,
		Tried:   []string{"v0.17.45", "v0.17.80", "v0.17.98"},
		Inherit: []rule.Target{
			{Func: "(*" + pkg + ".FieldSet).Dispatch"},
			{Func: pkg + ".MarshalSliceConcurrently", Since: "v0.17.87"},
			{Func: "(*" + pkg + ".ExecutionContextState).ProcessDeferredGroup", Since: "v0.17.87"},
		},
	}}
}
