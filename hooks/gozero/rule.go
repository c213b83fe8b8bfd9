// Package gozero hooks github.com/zeromicro/go-zero's packages that run the user's
// funcs on goroutines of their own: core/mr, core/fx, core/threading.
//
// The framework starts its daemons by threading's functions too: so those take the
// mark, which calls in the user's own code raise. A WorkerGroup's workers start under no
// context, as workers do.
package gozero

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	const (
		module = "github.com/zeromicro/go-zero"
		mr     = module + "/core/mr"
		fx     = module + "/core/fx"
		thread = module + "/core/threading"
	)
	ruleFor := func(pkg, doc string) *rule.Rule {
		return &rule.Rule{Name: "gozero", Doc: doc, Package: pkg, Module: module, Tried: []string{"v1.9.2", "v1.10.3"}}
	}
	inherit := func(names ...string) []rule.Target {
		var list []rule.Target
		for _, name := range names {
			list = append(list, rule.Target{Func: name})
		}
		return list
	}

	reduce := ruleFor(mr, "what generates, maps and reduces is a child of the caller of Finish, FinishVoid, ForEach or MapReduce")
	reduce.Inherit = inherit(mr+".ForEach", mr+".buildSource", mr+".executeMappers", mr+".mapReduceWithPanicChan")

	// What a stream runs is started by its goroutine, which is under no context, when
	// there is something to work on.
	stream := ruleFor(fx, "what a Stream, Parallel, ParallelErr, DoWithRetry and DoWithTimeout run is a child of who handed it over")
	bind := func(name, param string) rule.Bind {
		return rule.Bind{Target: rule.Target{Func: name}, Param: param}
	}
	stream.Bind = []rule.Bind{
		bind(fx+".From", "generate"),
		bind("("+fx+".Stream).Distinct", "fn"),
		bind("("+fx+".Stream).walkLimited", "fn"),
		bind("("+fx+".Stream).walkUnlimited", "fn"),
		bind(fx+".Parallel", "fns"),
		bind(fx+".ParallelErr", "fns"),
	}
	stream.Inherit = inherit(fx+".DoWithTimeout", fx+".retry")

	group := ruleFor(thread, "what GoSafe, GoSafeCtx, a RoutineGroup, a TaskRunner and a StableRunner run is a child of their caller")
	group.Callers.Marks = []string{
		thread + ".GoSafe",
		thread + ".GoSafeCtx",
		"(*" + thread + ".RoutineGroup).Run",
		"(*" + thread + ".RoutineGroup).RunSafe",
	}
	group.Inherit = inherit("(*"+thread+".TaskRunner).Schedule", "(*"+thread+".TaskRunner).ScheduleImmediately")

	return []*rule.Rule{reduce, stream, group}
}
