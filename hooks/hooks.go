// Package hooks lists the hooks: the declared rules, a folder per library.
package hooks

import (
	"github.com/drift-go/drift-toolexec/hooks/goruntime"
	"github.com/drift-go/drift-toolexec/hooks/gosync"
	"github.com/drift-go/drift-toolexec/hooks/otel"
	"github.com/drift-go/drift-toolexec/hooks/rt"
	"github.com/drift-go/drift-toolexec/weave"
)

// All returns every rule.
func All() []*weave.Rule {
	rules := []*weave.Rule{goruntime.Rule(), gosync.Rule(), rt.Rule()}
	return append(rules, otel.Rules()...)
}

// For returns the rule for a package, nil where it has none. std tells
// whether the package is compiled as part of Go.
func For(path string, std bool) *weave.Rule {
	for _, r := range All() {
		if r.Package == path && r.Std == std {
			return r
		}
	}
	return nil
}
