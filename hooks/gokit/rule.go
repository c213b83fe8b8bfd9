// Package gokit hooks github.com/go-kit/kit: an endpoint that lb.Retry calls is a
// child of the request.
package gokit

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule. Retry is RetryWithCallback, and the goroutine of an
// attempt is started by the endpoint that this returns, on the caller's goroutine.
func Rules() []*rule.Rule {
	const pkg = "github.com/go-kit/kit/sd/lb"
	return []*rule.Rule{{
		Name:    "gokit",
		Doc:     "each attempt of an endpoint made by Retry or RetryWithCallback is a child of the request",
		Package: pkg,
		Module:  "github.com/go-kit/kit",
		Tried:   []string{"v0.10.0", "v0.13.0"},
		Inherit: []rule.Target{{Func: pkg + ".RetryWithCallback"}},
	}}
}
