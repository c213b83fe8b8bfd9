// Package ttlcache hooks github.com/jellydator/ttlcache/v3: what hears of an
// insertion, an update or an eviction is a child of who caused it. Loaders run
// where Get is called and need no hook.
package ttlcache

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/ambient.go
var ambient []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	const pkg = "github.com/jellydator/ttlcache/v3"
	return []*weave.Rule{{
		Name:    "ttlcache",
		Doc:     "what OnInsertion, OnUpdate and OnEviction are handed is a child of who changed the cache; where that is Start's loop, on expiry, it is a root",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v3.0.0", "v3.4.1"},
		Inherit: []weave.Target{
			{Func: "(*" + pkg + ".Cache).OnInsertion"},
			{Func: "(*" + pkg + ".Cache).OnUpdate", Since: "v3.4.0"},
			{Func: "(*" + pkg + ".Cache).OnEviction"},
		},
		Patches: []weave.Patch{{
			Doc:  "what expires is not evicted by who started the loop",
			In:   "(*Cache).Start",
			Kind: weave.Entry,
			Code: "defer driftRestore(driftAdopt(nil))",
		}},
		Files: []weave.File{{Name: "ambient.go", Body: ambient}},
	}}
}
