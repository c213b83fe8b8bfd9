// Package gotime weaves package time: what a timer runs is a child of who armed
// it last.
package gotime

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/timer.go
var timer []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "gotime",
		Doc:     "what AfterFunc runs is a child of who armed the timer last, AfterFunc or Reset; armed out of scope, it is a root",
		Package: "time",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Callers: rule.Callers{Marks: []string{"time.AfterFunc", "(*time.Timer).Reset"}},
		Patches: []rule.Patch{
			{
				Doc:  "keep the context of who arms the timer",
				In:   "AfterFunc",
				Kind: rule.Entry,
				Code: "if c := driftTakeMark(); c != nil { return driftAfterFunc(d, f, c) }",
			},
			{
				Doc:  "keep the context of who arms it anew",
				In:   "(*Timer).Reset",
				Kind: rule.Return,
				Stmt: "return resetTimer(t, w, 0)",
				Code: "driftReset(t, w)",
			},
		},
		Files: []rule.File{{Name: "timer.go", Body: timer}},
	}}
}
