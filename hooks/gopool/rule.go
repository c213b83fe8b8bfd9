// Package gopool hooks gopool of github.com/bytedance/gopkg: a function that a
// pool runs is a child of who handed it over.
package gopool

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/bytedance/gopkg/util/gopool"
	return []*rule.Rule{{
		Name:    "gopool",
		Doc:     "what Go and CtxGo run is a child of their caller, whatever worker runs it",
		Package: pkg,
		Module:  "github.com/bytedance/gopkg",
		Tried:   []string{"v0.1.0", "v0.1.4"},
		// The pool's Go and the package's functions call this.
		Bind: []rule.Bind{{Target: rule.Target{Func: "(*" + pkg + ".pool).CtxGo"}, Param: "f"}},
	}}
}
