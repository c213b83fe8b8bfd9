// Package resiliency hooks github.com/eapache/go-resiliency: what runs within a
// deadline, or by a breaker's Go, is a child of who handed it over. Retriers,
// semaphores and a breaker's Run stay on the caller's goroutine; a batcher's work is
// many callers', and starts under no context.
package resiliency

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	const module = "github.com/eapache/go-resiliency"
	ruleFor := func(pkg, doc, inherits string) *rule.Rule {
		return &rule.Rule{
			Name:    "resiliency",
			Doc:     doc,
			Package: module + pkg,
			Module:  module,
			Tried:   []string{"v1.1.0", "v1.7.0"},
			Inherit: []rule.Target{{Func: "(*" + module + pkg + inherits}},
		}
	}
	return []*rule.Rule{
		ruleFor("/breaker", "what (*Breaker).Go runs is a child of its caller", ".Breaker).Go"),
		ruleFor("/deadline", "what (*Deadline).Run runs is a child of its caller", ".Deadline).Run"),
	}
}
