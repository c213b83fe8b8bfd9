// Package goos weaves packages os and os/exec: a child process is given the
// current span in its environment, in the names of OpenTelemetry's environment
// carriers. Only that child's environment is written to, and what the user put
// there wins.
package goos

import (
	_ "embed" // for the injected files

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/os/environ.go
var environ []byte

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	tried := []string{"1.25", "1.26", "1.27"}
	return []*rule.Rule{
		{
			Name:    "goos",
			Doc:     "a child process is given the current span in its environment",
			Package: "os",
			Std:     true,
			Tried:   tried,
			Patches: []rule.Patch{{
				// Two files have one, for Plan 9 and for the rest: what is
				// passed to the system is in sysattr in both.
				Doc:  "add to the child's environment",
				In:   "startProcess",
				Kind: rule.Before,
				Stmt: "pid,",
				Code: "sysattr.Env = driftEnviron(sysattr.Env)",
			}},
			Files: []rule.File{{Name: "environ.go", Body: environ}},
		},
		{
			Name:    "goos",
			Doc:     "the span in the ctx of a CommandContext wins over the current one",
			Package: "os/exec",
			Std:     true,
			Tried:   tried,
			Patches: []rule.Patch{{
				Doc:  "add to the child's environment",
				In:   "(*Cmd).Start",
				Kind: rule.After,
				Stmt: "env, err := c.environ()",
				Code: "env = driftEnvironOf(c.ctx, env)",
			}},
		},
	}
}
