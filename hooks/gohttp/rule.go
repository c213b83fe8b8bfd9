// Package gohttp weaves package net/http: the handler inside a TimeoutHandler,
// which has a goroutine of its own, is a child of what serves the request.
// Every other goroutine of the package starts fresh: a connection's, a
// transport's, since they outlive whoever made them come into being.
package gohttp

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/mark.go
var mark []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	return []*weave.Rule{{
		Name:    "gohttp",
		Doc:     "the handler inside a TimeoutHandler is a child of what serves the request",
		Package: "net/http",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Patches: []weave.Patch{{
			Doc:  "hand the current context on to the handler",
			In:   "(*timeoutHandler).ServeHTTP",
			Kind: weave.Before,
			Stmt: "go func() {",
			Code: "driftMark()",
		}},
		Files: []weave.File{{Name: "mark.go", Body: mark}},
	}}
}
