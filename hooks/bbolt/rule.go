// Package bbolt hooks go.etcd.io/bbolt: what runs in a batch, for many callers
// on one goroutine, runs as a child of each one's own caller.
package bbolt

import (
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "go.etcd.io/bbolt"
	return []*rule.Rule{{
		Name:    "bbolt",
		Doc:     "what (*DB).Batch runs is a child of its caller, whoever's batch it is in; what (*Tx).OnCommit adds is one of who added it",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v1.3.2", "v1.3.9", "v1.5.0"},
		Bind: []rule.Bind{
			// A batch runs on a goroutine of its own, which the library starts.
			{Target: rule.Target{Func: "(*" + pkg + ".DB).Batch"}, Param: "fn"},
			// A commit may be anybody's.
			{Target: rule.Target{Func: "(*" + pkg + ".Tx).OnCommit"}, Param: "fn", Stale: true},
		},
		Patches: []rule.Patch{{
			Doc:  "a batch is run inside a sync.Once, where no spawn inherits; those of the callbacks do",
			In:   "(*batch).run",
			Kind: rule.Entry,
			Code: "driftUnsuppress(0); defer driftSuppress()",
		}},
	}}
}
