// Package oklogrun hooks github.com/oklog/run: an actor belongs to nobody's request.
// It is a server, a consumer, a signal handler, and lives as long as its group, which
// is mostly as long as the process: whoever calls Run waits for it, but does not ask
// for what it does. Its goroutine is the library's, so it starts under no context:
// there is nothing to weave. That the package has a hook keeps it so where its source
// is a copy in scope.
package oklogrun

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "oklogrun",
		Doc:     "what an actor does is nobody's child, whoever calls Run; nothing needs weaving for that",
		Package: "github.com/oklog/run",
		Module:  "github.com/oklog/run",
		Tried:   []string{"v1.0.0", "v1.2.0"},
	}}
}
