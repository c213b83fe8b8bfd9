// Package ttlcache hooks github.com/jellydator/ttlcache/v3: what hears of an
// insertion, an update or an eviction is a child of who caused it. Loaders run
// where Get is called and need no hook.
package ttlcache

import (
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/jellydator/ttlcache/v3"
	return []*rule.Rule{{
		Name:    "ttlcache",
		Doc:     "what OnInsertion, OnUpdate and OnEviction are handed is a child of who changed the cache; where that is Start's loop, on expiry, it is a root",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v3.0.0", "v3.4.1"},
		Inherit: []rule.Target{
			{Func: "(*" + pkg + ".Cache).OnInsertion"},
			{Func: "(*" + pkg + ".Cache).OnUpdate", Since: "v3.4.0"},
			{Func: "(*" + pkg + ".Cache).OnEviction"},
		},
		Patches: []rule.Patch{{
			Doc:  "what expires is not evicted by who started the loop",
			In:   "(*Cache).Start",
			Kind: rule.Entry,
			Code: "defer driftDetach(driftAttach(nil))",
		}},
	}}
}
