package rt

import (
	"context"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"
)

// Bind returns a function that calls f, in a woven build with what ctx holds as
// the ambient context, wherever and however often it is called. In a plain build
// it returns f, which has the contexts that it closes over and no other.
//
// A function that takes the context is bound by a call of Do:
//
//	func() { rt.Do(ctx, f) }
func Bind(ctx context.Context, f func()) func() {
	if !woven() {
		return f
	}
	s := capture(ctx)
	return func() {
		defer s.enter().leave()
		f()
	}
}

// BindValue is Bind for a function with a result, such as a func() error.
func BindValue[R any](ctx context.Context, f func() R) func() R {
	if !woven() {
		return f
	}
	s := capture(ctx)
	return func() R {
		defer s.enter().leave()
		return f()
	}
}

// BindArg is Bind for a function with a parameter.
func BindArg[T any](ctx context.Context, f func(T)) func(T) {
	if !woven() {
		return f
	}
	s := capture(ctx)
	return func(arg T) {
		defer s.enter().leave()
		f(arg)
	}
}

// BindArgValue is Bind for a function with a parameter and a result.
func BindArgValue[T, R any](ctx context.Context, f func(T) R) func(T) R {
	if !woven() {
		return f
	}
	s := capture(ctx)
	return func(arg T) R {
		defer s.enter().leave()
		return f(arg)
	}
}

// BindContext is Bind for a function that is given a context by what calls it, a
// pool's say. In both builds f is given that context, so that it is canceled when
// the caller says and has the caller's values, with ctx's span and ctx's baggage
// in the place of its own.
func BindContext(ctx context.Context, f func(ctx context.Context) error) func(ctx context.Context) error {
	s := capture(ctx)
	return func(caller context.Context) error {
		defer s.enter().leave()
		// Here what is ambient is what ctx holds, so that nothing else can take
		// the place of what ctx does not hold.
		caller = trace.ContextWithSpan(caller, trace.SpanFromContext(ctx))
		return f(baggage.ContextWithBaggage(caller, baggage.FromContext(ctx)))
	}
}
