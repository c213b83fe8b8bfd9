// Package franz hooks github.com/twmb/franz-go: a record carries the span that
// it was handed over under, and its promise runs under that. A promise finds the
// record as its caller had it. What is polled links to where its records came
// from, until one of them is taken out of it.
package franz

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/send.go
var send []byte

//go:embed inject/receive.go
var receive []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "github.com/twmb/franz-go/pkg/kgo"
	// Behind the client's own hooks, of which kotel's writes headers too, and
	// before the record's size is taken.
	patch := rule.Patch{
		Doc:  "write the span",
		Kind: rule.After,
		Stmt: "if p.hooks != nil",
		Code: "promise = driftSendRecord(cl, ctx, r, promise)",
	}
	each := func(in, since string) rule.Patch {
		return rule.Patch{
			Doc:   "run the func under the record's sender",
			In:    in,
			Kind:  rule.Entry,
			Code:  "fn = driftEach(fn)",
			Since: since,
		}
	}
	old, now := patch, patch
	old.In, old.Until = "(*Client).Produce", split
	now.In, now.Since = "(*Client).produce", split
	return []*rule.Rule{{
		Name:    "franz",
		Doc:     "a record carries the span that it was produced under; its promise, and code that handles it where it is consumed, run under that; code that handles a poll as a whole links to its records' senders",
		Package: pkg,
		Module:  "github.com/twmb/franz-go",
		Tried:   []string{"v1.0.0", "v1.21.7", "v1.22.2"},
		Bind: []rule.Bind{
			{Target: rule.Target{Func: "(*" + pkg + ".Client).Produce", Until: split}, Param: "promise"},
			{Target: rule.Target{Func: "(*" + pkg + ".Client).produce", Since: split}, Param: "promise"},
		},
		Patches: []rule.Patch{
			old,
			now,
			each("Fetches.EachRecord", ""),
			each("(*FetchTopicPartition).EachRecord", ""),
			each("(*FetchPartition).EachRecord", "v1.1.0"),
			each("(*FetchTopic).EachRecord", "v1.2.3"),
			{
				Doc:   "run the loop's body under the record's sender",
				In:    "Fetches.RecordsAll",
				Kind:  rule.Before,
				Stmt:  "for iter := fs.RecordIter()",
				Code:  "yield = driftYield(yield)",
				Since: "v1.20.0",
			},
		},
		Callers: rule.Callers{Messages: []rule.Message{
			{Type: "*" + pkg + ".Record", From: []rule.Target{{Func: "(*" + pkg + ".FetchesRecordIter).Next"}}},
			{Type: pkg + ".Fetches", From: []rule.Target{
				{Func: "(*" + pkg + ".Client).PollFetches"},
				{Func: "(*" + pkg + ".Client).PollRecords"},
				{Func: "(*" + pkg + ".GroupTransactSession).PollFetches"},
				{Func: "(*" + pkg + ".GroupTransactSession).PollRecords"},
			}},
		}},
		Files: []rule.File{{Name: "send.go", Body: send}, {Name: "receive.go", Body: receive}},
	}}
}

// split is the first release where Produce and TryProduce share a function.
const split = "v1.4.0"
