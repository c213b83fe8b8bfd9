package main

import (
	"context"
	"errors"
	"time"

	"github.com/afex/hystrix-go/hystrix"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/hedgepolicy"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/go-kit/kit/sd"
	"github.com/go-kit/kit/sd/lb"
	graphql "github.com/graph-gophers/graphql-go"
	"github.com/samber/lo"
	lop "github.com/samber/lo/parallel"
	"github.com/timandy/routine"
	"github.com/zeromicro/go-zero/core/fx"
	"github.com/zeromicro/go-zero/core/mr"
	"github.com/zeromicro/go-zero/core/threading"

	"example.com/x/trees"
)

// Libraries that run what they are handed on goroutines of their own, and wait.

// under runs f under a span, and prints what came of it.
func under(f func()) {
	_, s := trees.Tracer.Start(context.Background(), "request")
	f()
	s.End()
	trees.Print()
}

func Hystrix() {
	hystrix.ConfigureCommand("c", hystrix.CommandConfig{Timeout: 20000})
	under(func() {
		hystrix.Do("c", func() error { trees.Leaf("run"); return errors.New("x") }, func(error) error { trees.Leaf("fallback"); return nil })
	})
	// Plain:
	// fallback
	// request
	// run

	// Woven:
	// request
	//   fallback
	//   run
}

func Lo() {
	under(func() {
		<-lo.Async(func() int { trees.Leaf("async"); return 1 })
		lop.Map([]int{1}, func(int, int) int { trees.Leaf("map"); return 1 })
	})
	// Plain:
	// async
	// map
	// request

	// Woven:
	// request
	//   async
	//   map
}

func Failsafe() {
	under(func() {
		failsafe.With[any](hedgepolicy.NewWithDelay[any](time.Minute)).Run(func() error { trees.Leaf("hedge"); return nil })
		<-failsafe.With[any](retrypolicy.NewWithDefaults[any]()).RunAsync(func() error { trees.Leaf("async"); return nil }).Done()
	})
	// Plain:
	// async
	// hedge
	// request

	// Woven:
	// request
	//   async
	//   hedge
}

func GoKit() {
	under(func() {
		lb.Retry(2, time.Minute, lb.NewRoundRobin(sd.FixedEndpointer{func(context.Context, interface{}) (interface{}, error) {
			trees.Leaf("endpoint")
			return 1, nil
		}}))(context.Background(), 1)
	})
	// Plain:
	// endpoint
	// request

	// Woven:
	// request
	//   endpoint
}

func GoZero() {
	under(func() {
		mr.Finish(func() error { trees.Leaf("finish"); return nil }, func() error { return nil })
		done := make(chan int)
		threading.GoSafe(func() { trees.Leaf("safe"); close(done) })
		<-done
		fx.Parallel(func() { trees.Leaf("parallel") }, func() {})
		fx.DoWithTimeout(func() error { trees.Leaf("timeout"); return nil }, time.Minute)
	})
	// Plain:
	// finish
	// parallel
	// request
	// safe
	// timeout

	// Woven:
	// request
	//   finish
	//   parallel
	//   safe
	//   timeout
}

func Routine() {
	under(func() {
		routine.GoWait(func(routine.CancelToken) { trees.Leaf("task") }).Get()
	})
	// Plain:
	// request
	// task

	// Woven:
	// request
	//   task
}

type query struct{}

func (*query) A(context.Context) (string, error) { trees.Leaf("resolver"); return "", nil }

func GraphQL() {
	schema := graphql.MustParseSchema(`type Query { a: String! }`, &query{})
	under(func() { schema.Exec(context.Background(), "{ a }", "", nil) })
	// Plain:
	// request
	// resolver

	// Woven:
	// request
	//   resolver
}
