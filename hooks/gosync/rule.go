// Package gosync weaves package sync. A goroutine born inside a sync.Once starts
// fresh: it is a daemon, and whoever came first did not start it on his own
// behalf. The goroutine that (*WaitGroup).Go starts takes the mark by itself.
package gosync

import (
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "gosync",
		Doc:     "what (*WaitGroup).Go starts is a child of its caller; what starts inside Once, OnceFunc or OnceValue is a root of its own",
		Package: "sync",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Callers: rule.Callers{Marks: []string{"(*sync.WaitGroup).Go"}},
		Patches: []rule.Patch{{
			Doc:  "no spawn inherits while f runs",
			In:   "(*Once).doSlow",
			Kind: rule.Before,
			Stmt: "f()",
			Code: "defer driftUnsuppress(driftSuppress())",
		}},
	}}
}
