// Package hooks lists the hooks: the declared rules, a folder per library.
package hooks

import (
	"slices"
	"strings"
	"sync"

	"github.com/drift-go/drift-toolexec/hooks/amqp091"
	"github.com/drift-go/drift-toolexec/hooks/ants"
	"github.com/drift-go/drift-toolexec/hooks/asynq"
	"github.com/drift-go/drift-toolexec/hooks/bbolt"
	"github.com/drift-go/drift-toolexec/hooks/conc"
	"github.com/drift-go/drift-toolexec/hooks/connect"
	"github.com/drift-go/drift-toolexec/hooks/cron"
	"github.com/drift-go/drift-toolexec/hooks/dataloader"
	"github.com/drift-go/drift-toolexec/hooks/errgroup"
	"github.com/drift-go/drift-toolexec/hooks/eventbus"
	"github.com/drift-go/drift-toolexec/hooks/failsafe"
	"github.com/drift-go/drift-toolexec/hooks/filters"
	"github.com/drift-go/drift-toolexec/hooks/franz"
	"github.com/drift-go/drift-toolexec/hooks/gocontext"
	"github.com/drift-go/drift-toolexec/hooks/gocron"
	"github.com/drift-go/drift-toolexec/hooks/gohttp"
	"github.com/drift-go/drift-toolexec/hooks/gokit"
	"github.com/drift-go/drift-toolexec/hooks/gonet"
	"github.com/drift-go/drift-toolexec/hooks/goos"
	"github.com/drift-go/drift-toolexec/hooks/gopool"
	"github.com/drift-go/drift-toolexec/hooks/goruntime"
	"github.com/drift-go/drift-toolexec/hooks/goslog"
	"github.com/drift-go/drift-toolexec/hooks/gosync"
	"github.com/drift-go/drift-toolexec/hooks/gotesting"
	"github.com/drift-go/drift-toolexec/hooks/gotime"
	"github.com/drift-go/drift-toolexec/hooks/gozero"
	"github.com/drift-go/drift-toolexec/hooks/gqlgen"
	"github.com/drift-go/drift-toolexec/hooks/graphqlgo"
	"github.com/drift-go/drift-toolexec/hooks/grpc"
	"github.com/drift-go/drift-toolexec/hooks/http2"
	"github.com/drift-go/drift-toolexec/hooks/hystrix"
	"github.com/drift-go/drift-toolexec/hooks/kafkago"
	"github.com/drift-go/drift-toolexec/hooks/lo"
	"github.com/drift-go/drift-toolexec/hooks/logs"
	"github.com/drift-go/drift-toolexec/hooks/multierror"
	"github.com/drift-go/drift-toolexec/hooks/nats"
	"github.com/drift-go/drift-toolexec/hooks/oklogrun"
	"github.com/drift-go/drift-toolexec/hooks/otel"
	"github.com/drift-go/drift-toolexec/hooks/pond"
	"github.com/drift-go/drift-toolexec/hooks/propagators"
	"github.com/drift-go/drift-toolexec/hooks/resiliency"
	"github.com/drift-go/drift-toolexec/hooks/river"
	"github.com/drift-go/drift-toolexec/hooks/routine"
	"github.com/drift-go/drift-toolexec/hooks/rt"
	"github.com/drift-go/drift-toolexec/hooks/sarama"
	"github.com/drift-go/drift-toolexec/hooks/singleflight"
	"github.com/drift-go/drift-toolexec/hooks/stomp"
	"github.com/drift-go/drift-toolexec/hooks/ttlcache"
	"github.com/drift-go/drift-toolexec/hooks/tunny"
	"github.com/drift-go/drift-toolexec/hooks/watermill"
	"github.com/drift-go/drift-toolexec/hooks/workerpool"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// list has a line for each hook. What every woven program needs comes first;
// the rest is in alphabetical order.
var list = []func() []*rule.Rule{
	goruntime.Rules,
	amqp091.Rules,
	ants.Rules,
	asynq.Rules,
	bbolt.Rules,
	conc.Rules,
	connect.Rules,
	cron.Rules,
	dataloader.Rules,
	errgroup.Rules,
	eventbus.Rules,
	failsafe.Rules,
	filters.Rules,
	franz.Rules,
	gocontext.Rules,
	gocron.Rules,
	gohttp.Rules,
	gokit.Rules,
	gonet.Rules,
	goos.Rules,
	gopool.Rules,
	goslog.Rules,
	gosync.Rules,
	gotesting.Rules,
	gotime.Rules,
	gozero.Rules,
	gqlgen.Rules,
	graphqlgo.Rules,
	grpc.Rules,
	http2.Rules,
	hystrix.Rules,
	kafkago.Rules,
	lo.Rules,
	logs.Rules,
	multierror.Rules,
	nats.Rules,
	oklogrun.Rules,
	otel.Rules,
	pond.Rules,
	propagators.Rules,
	resiliency.Rules,
	river.Rules,
	routine.Rules,
	rt.Rules,
	sarama.Rules,
	singleflight.Rules,
	stomp.Rules,
	ttlcache.Rules,
	tunny.Rules,
	watermill.Rules,
	workerpool.Rules,
}

var (
	rules []*rule.Rule
	made  sync.Once
)

// All returns every rule. They are made once, and nobody's to change.
func All() []*rule.Rule {
	made.Do(func() {
		for _, hook := range list {
			rules = append(rules, hook()...)
		}
	})
	return slices.Clip(rules)
}

// For returns the rule for a package, nil where it has none. std tells
// whether the package is compiled as part of Go.
func For(path string, std bool) *rule.Rule {
	for _, r := range All() {
		if r.Package == path && r.Std == std {
			if std && path == "runtime" {
				with := *r
				with.Files = append(slices.Clip(r.Files), injected())
				return &with
			}
			return r
		}
	}
	return nil
}

// Marks returns the functions that take the mark when they are called in scope: of
// the rules that use says are in use.
func Marks(use func(r *rule.Rule) bool) []string {
	var names []string
	for _, r := range All() {
		if len(r.Callers.Marks) > 0 && use(r) {
			names = append(names, r.Callers.Marks...)
		}
	}
	return names
}

// HandOffs returns the functions that run what they are given for their callers: of
// the rules that use says are in use.
func HandOffs(use func(r *rule.Rule) bool) []string {
	var names []string
	for _, r := range All() {
		if len(r.Bind)+len(r.Inherit) == 0 || !use(r) {
			continue
		}
		for _, b := range r.Bind {
			names = append(names, b.Func)
		}
		for _, t := range r.Inherit {
			names = append(names, t.Func)
		}
	}
	return names
}

// Messages returns the types of messages of each package that has some.
func Messages() map[string][]rule.Message {
	all := map[string][]rule.Message{}
	for _, r := range All() {
		if len(r.Callers.Messages) > 0 {
			all[r.Package] = append(all[r.Package], r.Callers.Messages...)
		}
	}
	return all
}

// Library reports whether a rule is of a library's hook: not of Go's own packages,
// OpenTelemetry's or drift's, which all others build on.
func Library(r *rule.Rule) bool {
	return r.Module != "" && r.Module != rt.Module && !strings.HasPrefix(r.Module+"/", otel.Module+"/")
}

// Optional returns the names of the hooks that a user may do without: those of
// libraries.
func Optional() []string {
	var names []string
	for _, r := range All() {
		if Library(r) {
			names = append(names, r.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
