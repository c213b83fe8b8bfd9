// Package hystrix hooks github.com/afex/hystrix-go: a command and its fallback are
// children of who called.
package hystrix

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule. Do, DoC and Go come to GoC. The fallback runs inside
// a sync.Once of the library's, where a goroutine would start fresh: what is bound
// does not.
func Rules() []*rule.Rule {
	const pkg = "github.com/afex/hystrix-go/hystrix"
	return []*rule.Rule{{
		Name:    "hystrix",
		Doc:     "a command, and its fallback, is a child of the caller of Do, DoC, Go or GoC",
		Package: pkg,
		Module:  "github.com/afex/hystrix-go",
		Tried:   []string{"v0.0.0-20180502004556-fa1af6a1f4f5"},
		Bind: []rule.Bind{
			{Target: rule.Target{Func: pkg + ".GoC"}, Param: "run"},
			{Target: rule.Target{Func: pkg + ".GoC"}, Param: "fallback"},
		},
	}}
}
