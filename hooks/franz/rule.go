// Package franz hooks github.com/twmb/franz-go: a record carries the span that
// it was handed over under, and its promise runs under that. A promise finds the
// record as its caller had it.
package franz

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/send.go
var send []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	const pkg = "github.com/twmb/franz-go/pkg/kgo"
	// Behind the client's own hooks, of which kotel's writes headers too, and
	// before the record's size is taken.
	patch := weave.Patch{
		Doc:  "write the span",
		Kind: weave.After,
		Stmt: "if p.hooks != nil",
		Code: "promise = driftSend(cl, ctx, r, promise)",
	}
	old, now := patch, patch
	old.In, old.Until = "(*Client).Produce", split
	now.In, now.Since = "(*Client).produce", split
	return []*weave.Rule{{
		Name:    "franz",
		Doc:     "a record carries the span it was produced under; its promise is a child of that",
		Package: pkg,
		Module:  "github.com/twmb/franz-go",
		Tried:   []string{"v1.0.0", "v1.22.2"},
		Bind: []weave.Bind{
			{Target: weave.Target{Func: "(*" + pkg + ".Client).Produce", Until: split}, Param: "promise"},
			{Target: weave.Target{Func: "(*" + pkg + ".Client).produce", Since: split}, Param: "promise"},
		},
		Patches: []weave.Patch{old, now},
		Files:   []weave.File{{Name: "send.go", Body: send}},
	}}
}

// split is the first release where Produce and TryProduce share a function.
const split = "v1.4.0"
