// Package propagators weaves the propagators of OpenTelemetry's contrib modules, as
// the one in OpenTelemetry itself is: what they inject for a ctx without a span is
// the current one, and that nothing was extracted is an answer.
package propagators

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/fill.go
var fill []byte

const contrib = "go.opentelemetry.io/contrib/propagators/"

// Rules returns the hook's rules, one for each propagator.
func Rules() []*weave.Rule {
	return []*weave.Rule{
		rule("b3", "b3", "propagator", "return withDeferred(ctx, false)"),
		rule("jaeger", "jaeger", "Jaeger", "return ctx"),
		rule("aws", "aws/xray", "Propagator", "return ctx"),
		rule("ot", "ot", "OT", "return ctx"),
	}
}

// rule returns the rule for a package of a module, given its propagator's type and
// the statement it ends with where it extracted nothing.
func rule(module, pkg, typ, nothing string) *weave.Rule {
	return &weave.Rule{
		Name:    "propagators",
		Doc:     "a contrib propagator injects the current span for a ctx without one; that it extracted nothing is an answer",
		Package: contrib + pkg,
		Module:  contrib + module,
		Tried:   []string{"v1.24.0", "v1.47.0"},
		Patches: []weave.Patch{
			{
				Doc:  "inject the current span where ctx is a gap",
				In:   typ + ".Inject",
				Kind: weave.Entry,
				Code: "ctx = driftFill(ctx)",
			},
			{
				Doc:  "that nothing was extracted is an answer",
				In:   typ + ".Extract",
				Kind: weave.Return,
				Stmt: nothing,
				Code: "driftNothing($)",
			},
		},
		Files: []weave.File{{Name: "fill.go", Body: fill}},
	}
}
