// Package gotime weaves package time: what a timer runs is a child of who armed
// it last.
package gotime

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/timer.go
var timer []byte

// Rules returns the hook's rule.
func Rules() []*weave.Rule {
	return []*weave.Rule{{
		Name:    "gotime",
		Doc:     "what AfterFunc runs is a child of who armed the timer last, AfterFunc or Reset; armed out of scope, it is a root",
		Package: "time",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Marks:   []string{"time.AfterFunc", "(*time.Timer).Reset"},
		Patches: []weave.Patch{
			{
				Doc:  "keep the context of who arms the timer",
				In:   "AfterFunc",
				Kind: weave.Entry,
				Code: "if c := driftTakeMark(); c != nil { return driftAfterFunc(d, f, c) }",
			},
			{
				Doc:  "keep the context of who arms it anew",
				In:   "(*Timer).Reset",
				Kind: weave.Return,
				Stmt: "return resetTimer(t, w, 0)",
				Code: "driftReset(t, w)",
			},
		},
		Files: []weave.File{{Name: "timer.go", Body: timer}},
	}}
}
