// Package lo hooks github.com/samber/lo: what Async and package parallel run is a
// child of who handed it over.
//
// Generator, SeqToChannel and the dispatchers of channels start under no context: for
// whom a stream's next element is made is not known.
package lo

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rules. Async1 calls Async.
func Rules() []*rule.Rule {
	const module = "github.com/samber/lo"
	ruleFor := func(pkg, doc string) *rule.Rule {
		return &rule.Rule{
			Name:    "lo",
			Doc:     doc,
			Package: pkg,
			Module:  module,
			Tried:   []string{"v1.24.0", "v1.47.0", "v1.53.0"},
			Since:   "v1.24.0", // Async0 to Async6
		}
	}
	async := ruleFor(module, "what Async, and Async0 to Async6, run is a child of their caller")
	for _, name := range []string{"Async", "Async0", "Async2", "Async3", "Async4", "Async5", "Async6"} {
		async.Inherit = append(async.Inherit, rule.Target{Func: module + "." + name})
	}
	const pkg = module + "/parallel"
	parallel := ruleFor(pkg, "what Map, ForEach, Times, GroupBy and PartitionBy call is a child of their caller")
	parallel.Inherit = []rule.Target{
		{Func: pkg + ".Map"},
		{Func: pkg + ".ForEach"},
		{Func: pkg + ".Times"},
		// Later they call Map.
		{Func: pkg + ".GroupBy", Until: "v1.48.0"},
		{Func: pkg + ".PartitionBy", Until: "v1.48.0"},
	}
	return []*rule.Rule{async, parallel}
}
