// Package eventbus hooks github.com/asaskevich/EventBus: an asynchronous
// handler runs as a child of who published.
package eventbus

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/asaskevich/EventBus"
	return []*rule.Rule{{
		Name:    "eventbus",
		Doc:     "a handler that SubscribeAsync or SubscribeOnceAsync added is a child of who calls Publish",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v0.0.0-20180315140547-d46933a94f05", "v0.0.0-20200907212545-49d423059eef"},
		Inherit: []rule.Target{{Func: "(*" + pkg + ".EventBus).Publish"}},
	}}
}
