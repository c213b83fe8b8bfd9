package rt

import "context"

// Do calls fn with ctx, and returns when fn does. In a woven build what ctx holds
// is the ambient context while fn runs. A panic of fn and a call of
// runtime.Goexit in it go through Do.
func Do(ctx context.Context, fn func(ctx context.Context)) {
	defer enter(ctx).leave()
	fn(ctx)
}

// DoValue is Do for a function with a result, an error for one.
func DoValue[T any](ctx context.Context, fn func(ctx context.Context) T) T {
	defer enter(ctx).leave()
	return fn(ctx)
}

// DoValues is Do for a function with two results, such as a value and an error.
func DoValues[T1, T2 any](ctx context.Context, fn func(ctx context.Context) (T1, T2)) (T1, T2) {
	defer enter(ctx).leave()
	return fn(ctx)
}

// Go calls fn with ctx on a new goroutine. In a woven build what ctx holds is the
// ambient context while fn runs. As with a go statement, a panic of fn ends the
// program.
func Go(ctx context.Context, fn func(ctx context.Context)) {
	s := capture(ctx)
	go func() {
		defer s.enter().leave()
		fn(ctx)
	}()
}

// Fresh calls fn, in a woven build under no ambient context: spans that code
// starts in it, and is handed no context for, are roots. In a plain build it just
// calls fn.
func Fresh(fn func()) {
	defer enterNone().leave()
	fn()
}
