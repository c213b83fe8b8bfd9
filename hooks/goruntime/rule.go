// Package goruntime weaves the slot into package runtime: the field in g,
// what reads and writes it, its copy to a spawned goroutine and its end.
package goruntime

import (
	_ "embed" // for the injected files

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Activation is the declaration shared with the otel and rt hooks.
//
//go:embed inject/activation.go
var Activation []byte

//go:embed inject/slot.go
var slot []byte

//go:embed inject/spawn.go
var spawn []byte

//go:embed inject/push.go
var push []byte

//go:embed inject/handback.go
var handback []byte

//go:embed inject/lifetime.go
var lifetime []byte

//go:embed inject/current.go
var current []byte

//go:embed inject/extent.go
var extent []byte

//go:embed inject/handoff.go
var handoff []byte

//go:embed inject/chan.go
var channels []byte

//go:embed inject/message.go
var message []byte

//go:embed inject/wire.go
var wire []byte

//go:embed inject/kit.go
var kit []byte

//go:embed inject/alerts.go
var alerts []byte

//go:embed inject/stack.go
var stack []byte

//go:embed inject/log.go
var log []byte

//go:embed inject/switches.go
var switches []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "goruntime",
		Doc:     "a goroutine spawned in scope starts under its parent's current span",
		Package: "runtime",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Patches: []rule.Patch{
			{
				Doc:  "the slot",
				In:   "g",
				Kind: rule.Field,
				Code: "drift driftG",
			},
			{
				// newproc1 runs on the system stack, where nothing but a
				// plain copy is safe. A goroutine that the runtime itself
				// starts on a user's stack, to collect garbage say, takes
				// the other branch and leaves the mark up.
				Doc:  "copy the slot to the new goroutine if the mark is up",
				In:   "newproc1",
				Kind: rule.After,
				Stmt: "newg.bubble = callergp.bubble",
				Code: "newg.drift.slot = callergp.drift.hand; newg.drift.since = callergp.drift.handed; callergp.drift.hand = nil",
			},
			{
				Doc:  "take the mark down behind go runtime.GC()",
				In:   "newproc1",
				Kind: rule.Before,
				Stmt: "sched.ngsys.Add(1)",
				Code: "driftSystem(callergp, callerpc)",
			},
			{
				Doc:  "clear the slot when a goroutine exits: dead ones are reused",
				In:   "gdestroy",
				Kind: rule.Before,
				Stmt: "gp.labels = nil",
				Code: "gp.drift.slot = nil; gp.drift.hand = nil; gp.drift.float = nil; gp.drift.forCtx = nil; gp.drift.once = 0; gp.drift.lent = 0; gp.drift.coro = 0; gp.drift.sent = nil; gp.drift.got = nil; gp.drift.spare = nil; gp.drift.fresh = 0; gp.drift.mute = 0",
			},
			{
				Doc:  "take the mark down when evaluating a go statement's operands panics",
				In:   "gopanic",
				Kind: rule.Entry,
				Code: "getg().drift.hand = nil; getg().drift.forCtx = nil; getg().drift.mute = 0",
			},
			{
				Doc:  "know a coroutine's own goroutine",
				In:   "newcoro",
				Kind: rule.After,
				Stmt: "c.gp.set(gp)",
				Code: "gp.drift.coro = uintptr(unsafe.Pointer(c))",
			},
			{
				Doc:  "a coroutine runs under who resumes it",
				In:   "coroswitch",
				Kind: rule.Entry,
				Code: "driftResume(c)",
			},
			// Channels.
			{
				Doc:  "whether it carries, where there is padding",
				In:   "hchan",
				Kind: rule.Field,
				Stmt: "elemsize",
				Code: "drift uint8",
			},
			{
				// Behind the fast path of a send that fails.
				Doc:  "what the send hands on",
				In:   "chansend",
				Kind: rule.Before,
				Stmt: "var t0 int64",
				Code: "if c.drift != 0 && (getg().drift.slot != nil || getg().drift.sent != nil) { driftChanSend(c) }",
			},
			{
				Doc:  "into the buffer",
				In:   "chansend",
				Kind: rule.After,
				Stmt: "typedmemmove(c.elemtype, qp, ep)",
				Code: "if c.drift == driftReady { driftPut(c, c.sendx) }",
			},
			{
				Doc:  "to one that waits",
				In:   "send",
				Kind: rule.After,
				Stmt: "gp := sg.g",
				Code: "if c.drift != 0 { driftHand(gp) }",
			},
			{
				Doc:  "from one that waits, or from the full buffer that it waits for",
				In:   "recv",
				Kind: rule.Before,
				Stmt: "if c.dataqsiz == 0 {",
				Code: "if c.drift != 0 { driftSwap(c, sg.g) }",
			},
			{
				// Behind the fast path of a receive that fails, which brings nothing.
				Doc:  "nothing was received yet",
				In:   "chanrecv",
				Kind: rule.Before,
				Stmt: "var t0 int64",
				Code: "if getg().drift.fresh != 0 { getg().drift.fresh = 0 }",
			},
			{
				Doc:   "nor is from a closed channel",
				In:    "chanrecv",
				Kind:  rule.After,
				Stmt:  "typedmemclr(c.elemtype, ep)",
				Code:  "if getg().drift.fresh != 0 { getg().drift.fresh = 0 }",
				Times: 2,
			},
			{
				Doc:  "out of the buffer",
				In:   "chanrecv",
				Kind: rule.After,
				Stmt: "typedmemclr(c.elemtype, qp)",
				Code: "if c.drift == driftReady { driftFetch(c, c.recvx) } else if c.drift != 0 { getg().drift.fresh = driftNobody }",
			},
			{
				Doc:  "a select has received nothing yet",
				In:   "selectgo",
				Kind: rule.After,
				Stmt: "gp := getg()",
				Code: "if gp.drift.fresh != 0 { gp.drift.fresh = 0 }",
			},
			{
				Doc:  "what a select's send hands on",
				In:   "selectgo",
				Kind: rule.Before,
				Stmt: "j := cheaprandn(uint32(norder + 1))",
				Code: "if i < nsends && cas.c.drift != 0 && (gp.drift.slot != nil || gp.drift.sent != nil) { driftChanSend(cas.c) }",
			},
			{
				Doc:  "out of the buffer, in a select",
				In:   "selectgo",
				Kind: rule.After,
				Stmt: "qp = chanbuf(c, c.recvx)",
				Code: "if c.drift == driftReady { driftFetch(c, c.recvx) } else if c.drift != 0 { gp.drift.fresh = driftNobody }",
			},
			{
				Doc:  "into the buffer, in a select",
				In:   "selectgo",
				Kind: rule.After,
				Stmt: "typedmemmove(c.elemtype, chanbuf(c, c.sendx), cas.elem)",
				Code: "if c.drift == driftReady { driftPut(c, c.sendx) }",
			},
		},
		Files: []rule.File{
			{Name: "activation.go", Body: Activation},
			{Name: "slot.go", Body: slot},
			{Name: "spawn.go", Body: spawn},
			{Name: "push.go", Body: push},
			{Name: "handback.go", Body: handback},
			{Name: "lifetime.go", Body: lifetime},
			{Name: "current.go", Body: current},
			{Name: "extent.go", Body: extent},
			{Name: "handoff.go", Body: handoff},
			{Name: "message.go", Body: message},
			{Name: "kit.go", Body: kit},
			{Name: "chan.go", Body: channels},
			{Name: "switches.go", Body: switches},
			{Name: "stack.go", Body: stack},
			{Name: "log.go", Body: log},
			{Name: "wire.go", Body: wire},
			{Name: "alerts.go", Body: alerts},
		},
		Imports: []string{"internal/runtime/atomic"},
	}}
}
