// Package gosync weaves into package sync what makes a goroutine born inside
// a sync.Once start fresh: it is a daemon, and whoever came first did not
// start it on his own behalf.
package gosync

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/once.go
var once []byte

// Rule returns the hook's rule.
func Rule() *weave.Rule {
	return &weave.Rule{
		Name:    "gosync",
		Doc:     "a goroutine started inside sync.Once, OnceFunc or OnceValue is a root of its own",
		Package: "sync",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Patches: []weave.Patch{{
			Doc:  "no spawn inherits while f runs",
			In:   "(*Once).doSlow",
			Kind: weave.Before,
			Stmt: "f()",
			Code: "driftOnceEnter(); defer driftOnceLeave()",
		}},
		Files: []weave.File{{Name: "once.go", Body: once}},
	}
}
