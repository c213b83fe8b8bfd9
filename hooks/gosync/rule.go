// Package gosync weaves package sync. A goroutine born inside a sync.Once starts
// fresh: it is a daemon, and whoever came first did not start it on his own
// behalf. The goroutine that (*WaitGroup).Go starts takes the mark by itself.
package gosync

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/once.go
var once []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	return []*weave.Rule{{
		Name:    "gosync",
		Doc:     "what (*WaitGroup).Go starts is a child of its caller; what starts inside Once, OnceFunc or OnceValue is a root of its own",
		Package: "sync",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Marks:   []string{"(*sync.WaitGroup).Go"},
		Patches: []weave.Patch{{
			Doc:  "no spawn inherits while f runs",
			In:   "(*Once).doSlow",
			Kind: weave.Before,
			Stmt: "f()",
			Code: "defer driftUnhushed(driftHushed())",
		}},
		Files: []weave.File{{Name: "once.go", Body: once}},
	}}
}
