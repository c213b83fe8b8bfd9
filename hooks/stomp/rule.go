// Package stomp hooks github.com/go-stomp/stomp: a message carries the current span, and
// whoever receives one works under its sender's.
package stomp

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/message.go
var message []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/go-stomp/stomp/v3"
	return []*rule.Rule{{
		Name:    "stomp",
		Doc:     "a message carries the current span; code that handles it where it is received, by Read or from a subscription's C, runs under its sender's span",
		Package: pkg,
		Module:  pkg,
		Tried:   []string{"v3.0.0", "v3.1.5"},
		Patches: []rule.Patch{{
			Doc:  "write the span",
			In:   "createSendFrame",
			Kind: rule.Before,
			Stmt: "return f, nil",
			Code: "if driftWriting(nil) { driftInject(nil, f.Header.Get, f.Header.Set) }",
		}},
		Callers: rule.Callers{Messages: []rule.Message{{
			Type: "*" + pkg + ".Message",
			From: []rule.Target{{Func: "(*" + pkg + ".Subscription).Read"}},
		}}},
		Files: []rule.File{{Name: "message.go", Body: message}},
	}}
}
