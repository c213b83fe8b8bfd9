// Package river hooks github.com/riverqueue/river: a job carries the span that it
// was inserted under in its metadata.
package river

import (
	_ "embed" // for the injected files

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/river/wire.go
var insert []byte

//go:embed inject/jobexecutor/wire.go
var execute []byte

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	const (
		module = "github.com/riverqueue/river"
		doc    = "a worker's spans are children of the one that the job was inserted under"
		// Releases before have the executor elsewhere; their jobs are roots.
		since = "v0.18.0"
	)
	tried := []string{since, "v0.44.1", "v0.51.1"}
	return []*rule.Rule{
		{
			Name:    "river",
			Doc:     doc,
			Package: module,
			Module:  module,
			Tried:   tried,
			Patches: []rule.Patch{{
				// Behind the user's hooks and middleware: what they set wins,
				// and the ctx is theirs.
				Doc:   "write the span",
				In:    "(*Client).insertManyShared",
				Kind:  rule.Before,
				Stmt:  "finalInsertParams := sliceutil.Map(",
				Code:  "driftInsert(ctx, len(insertParams), func(i int) *[]byte { return &insertParams[i].Metadata })",
				Since: since,
			}},
			Files: []rule.File{{Name: "wire.go", Body: insert}},
		},
		{
			Name:    "river",
			Doc:     doc,
			Package: module + "/internal/jobexecutor",
			Module:  module,
			Tried:   tried,
			Patches: []rule.Patch{{
				Doc:   "work the job, and deal with its failure, under what its metadata say",
				In:    "(*JobExecutor).Execute",
				Kind:  rule.Entry,
				Code:  "defer driftDelivered(driftDeliver(driftFromJob(e.JobRow.Metadata)))",
				Since: since,
			}},
			Files: []rule.File{{Name: "wire.go", Body: execute}},
		},
	}
}
