// Package propagators weaves the propagators of OpenTelemetry's contrib modules, as
// the one in OpenTelemetry itself is: what they inject for a ctx without a span is
// the current one, and that nothing was extracted is an answer.
package propagators

import (
	"github.com/drift-go/drift-toolexec/weave/rule"
)

const contrib = "go.opentelemetry.io/contrib/propagators/"

// Rules returns the hook's rules, one for each propagator.
func Rules() []*rule.Rule {
	return []*rule.Rule{
		ruleFor("b3", "b3", "propagator", "return withDeferred(ctx, false)"),
		ruleFor("jaeger", "jaeger", "Jaeger", "return ctx"),
		ruleFor("aws", "aws/xray", "Propagator", "return ctx"),
		ruleFor("ot", "ot", "OT", "return ctx"),
	}
}

// rule returns the rule for a package of a module, given its propagator's type and
// the statement it ends with where it extracted nothing.
func ruleFor(module, pkg, typ, nothing string) *rule.Rule {
	return &rule.Rule{
		Name:    "propagators",
		Doc:     "a contrib propagator injects the current span for a ctx without one; that it extracted nothing is an answer",
		Package: contrib + pkg,
		Module:  contrib + module,
		Tried:   []string{"v1.24.0", "v1.47.0"},
		Patches: []rule.Patch{
			{
				Doc:  "inject the current span where ctx is a gap",
				In:   typ + ".Inject",
				Kind: rule.Entry,
				Code: "ctx = driftFill(ctx)",
			},
			{
				Doc:  "that nothing was extracted is an answer",
				In:   typ + ".Extract",
				Kind: rule.Return,
				Stmt: nothing,
				Code: "driftNothing($)",
			},
		},
	}
}
