package rt

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// A Group is an [errgroup.Group], and takes its place by a change of the import:
// a collection of goroutines that work on parts of one task, with an error, a
// limit and a context in common. The zero Group is valid, has no limit and
// cancels nothing.
//
// What [Group.Go] and [Group.TryGo] run has no context as its parameter. In a plain build they
// hand nothing on: what runs has the contexts that it closes over, that of
// WithContext above all. In a woven build it runs under the ambient context of
// whoever called Go or TryGo; where that is empty, under what the context given
// to [WithContext] holds.
//
// [Group.GoContext] and [Group.TryGoContext] are given the context that they hand on, in both
// builds.
type Group struct {
	zero errgroup.Group
	with *errgroup.Group // WithContext's, which stands in for zero
	ctx  context.Context // of WithContext
}

// WithContext returns a new Group and a context derived from ctx, which is
// canceled the first time that a function of the group returns an error, or when
// Wait returns, whichever is first.
func WithContext(ctx context.Context) (*Group, context.Context) {
	g := &Group{ctx: ctx}
	g.with, ctx = errgroup.WithContext(ctx)
	return g, ctx
}

func (g *Group) group() *errgroup.Group {
	if g.with != nil {
		return g.with
	}
	return &g.zero
}

// Go calls f on a new goroutine. It waits until the group has less of them than
// its limit. The first error that a function of the group returns cancels the
// group's context, if there is one, and is what Wait returns.
func (g *Group) Go(f func() error) { g.group().Go(g.bind(f)) }

// TryGo calls f on a new goroutine if the group has less of them than its limit,
// and reports whether it does.
func (g *Group) TryGo(f func() error) bool { return g.group().TryGo(g.bind(f)) }

// GoContext is [Group.Go] for a function that takes its context. In a woven build what
// ctx holds is the ambient context while fn runs. For fn to be canceled with the
// group, ctx is the context that [WithContext] returned, or one derived from it.
func (g *Group) GoContext(ctx context.Context, fn func(ctx context.Context) error) {
	g.group().Go(bindError(ctx, fn))
}

// TryGoContext is [Group.TryGo] as [Group.GoContext] is [Group.Go].
func (g *Group) TryGoContext(ctx context.Context, fn func(ctx context.Context) error) bool {
	return g.group().TryGo(bindError(ctx, fn))
}

// SetLimit limits the number of goroutines that run at the same time to n; a
// negative n means no limit, and 0 that Go waits for ever. It must not be called
// while functions of the group run.
func (g *Group) SetLimit(n int) { g.group().SetLimit(n) }

// Wait waits until all functions of the group have returned, and returns the
// first error of theirs, if there is one.
func (g *Group) Wait() error { return g.group().Wait() }

func (g *Group) bind(f func() error) func() error {
	if !woven() {
		return f
	}
	s := captureCaller(g.ctx)
	return func() error {
		defer s.enter().leave()
		return f()
	}
}

func bindError(ctx context.Context, fn func(ctx context.Context) error) func() error {
	s := capture(ctx)
	return func() error {
		defer s.enter().leave()
		return fn(ctx)
	}
}
