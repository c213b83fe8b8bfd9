// Package singleflight hooks golang.org/x/sync/singleflight: the call is a child
// of its first caller, and the spans of those who wait for it link to that.
package singleflight

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/follow.go
var follow []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "golang.org/x/sync/singleflight"
	return []*rule.Rule{{
		Name:    "singleflight",
		Doc:     "what Do and DoChan run is a child of the first caller; the others' spans link to the first caller's",
		Package: pkg,
		Module:  "golang.org/x/sync",
		Tried:   []string{"v0.1.0", "v0.22.0", "v0.24.0"},
		Inherit: []rule.Target{{Func: "(*" + pkg + ".Group).DoChan"}},
		Patches: []rule.Patch{
			{
				Doc:  "the first caller's span",
				In:   "call",
				Kind: rule.Field,
				Code: "drift interface{}",
			},
			{
				Doc:  "note it",
				In:   "(*Group).Do",
				Kind: rule.After,
				Stmt: "c := new(call)",
				Code: "c.drift = driftFlightHere()",
			},
			{
				Doc:  "note it",
				In:   "(*Group).DoChan",
				Kind: rule.After,
				Stmt: "c := &call{",
				Code: "c.drift = driftFlightHere()",
			},
			{
				Doc:  "link to it",
				In:   "(*Group).Do",
				Kind: rule.Before,
				Stmt: "c.wg.Wait()",
				Code: "driftFollows(c.drift)",
			},
			{
				// The first caller passes here too: it does not link to itself.
				Doc:   "link to it, no lock held",
				In:    "(*Group).DoChan",
				Kind:  rule.After,
				Stmt:  "g.mu.Unlock()",
				Code:  "driftFollows(c.drift)",
				Times: 2,
			},
		},
		Files: []rule.File{{Name: "follow.go", Body: follow}},
	}}
}
