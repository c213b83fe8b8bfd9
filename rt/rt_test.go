package rt_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/drift-go/drift-toolexec/rt"
)

// request is a context with a span, which is current nowhere, and baggage.
type request struct {
	ctx  context.Context
	span trace.Span
	name string
}

func newRequest(t testing.TB, name string) *request {
	t.Helper()
	b, err := baggage.Parse("name=" + name)
	if err != nil {
		t.Fatal(err)
	}
	ch := make(chan *request)
	go func() {
		ctx, span := tracer.Start(baggage.ContextWithBaggage(bg, b), name)
		ch <- &request{ctx, span, name}
	}()
	r := <-ch
	t.Cleanup(func() { r.span.End() })
	return r
}

// check checks what code is under that was handed no context: r's span and
// baggage in a woven build, nothing in a plain one or if r is nil.
func check(t testing.TB, where string, r *request) {
	t.Helper()
	var want trace.SpanID
	name := ""
	if r != nil && rt.Woven() {
		want, name = r.span.SpanContext().SpanID(), r.name
	}
	_, span := tracer.Start(bg, "call")
	got := span.(sdk.ReadOnlySpan).Parent().SpanID()
	span.End()
	if got != want {
		t.Errorf("%s: the parent is %s, want %s %s", where, got, want, name)
	}
	if b := baggage.FromContext(bg).Member("name").Value(); b != name {
		t.Errorf("%s: the baggage is %q's, want %q's", where, b, name)
	}
}

// runners call a function under a context, each in its way, and return when it
// has returned.
var runners = map[string]func(ctx context.Context, f func()){
	"Do": func(ctx context.Context, f func()) { rt.Do(ctx, func(context.Context) { f() }) },
	"DoValue": func(ctx context.Context, f func()) {
		if rt.DoValue(ctx, func(context.Context) int { f(); return 1 }) != 1 {
			panic("DoValue")
		}
	},
	"DoValues": func(ctx context.Context, f func()) {
		if n, err := rt.DoValues(ctx, func(context.Context) (int, error) { f(); return 1, nil }); n != 1 || err != nil {
			panic("DoValues")
		}
	},
	"Go": func(ctx context.Context, f func()) {
		done := make(chan bool)
		rt.Go(ctx, func(context.Context) { f(); close(done) })
		<-done
	},
	"Bind": func(ctx context.Context, f func()) { rt.Bind(ctx, f)() },
	"BindValue": func(ctx context.Context, f func()) {
		if rt.BindValue(ctx, func() int { f(); return 1 })() != 1 {
			panic("BindValue")
		}
	},
	"BindArg": func(ctx context.Context, f func()) {
		rt.BindArg(ctx, func(n int) { f() })(1)
	},
	"BindArgValue": func(ctx context.Context, f func()) {
		if rt.BindArgValue(ctx, func(n int) int { f(); return n })(1) != 1 {
			panic("BindArgValue")
		}
	},
	"BindContext": func(ctx context.Context, f func()) {
		if rt.BindContext(ctx, func(context.Context) error { f(); return nil })(bg) != nil {
			panic("BindContext")
		}
	},
	"Group": func(ctx context.Context, f func()) {
		var g rt.Group
		g.GoContext(ctx, func(context.Context) error { f(); return nil })
		if g.Wait() != nil || !g.TryGoContext(ctx, func(context.Context) error { return nil }) || g.Wait() != nil {
			panic("Group")
		}
	},
	"Pool": func(ctx context.Context, f func()) {
		p := rt.NewPool(1)
		defer p.Close()
		task, err := p.Submit(ctx, func(context.Context) error { f(); return nil })
		if err != nil || task.Wait() != nil {
			panic("Pool")
		}
	},
}

// What is run is under the context that it was handed over with, whatever is
// current on either side, and leaves its goroutine as it was.
func TestRunners(t *testing.T) {
	a, b := newRequest(t, "a"), newRequest(t, "b")
	for name, run := range runners {
		t.Run(name, func(t *testing.T) {
			run(a.ctx, func() { check(t, "under none", a) })
			check(t, "after", nil)
			rt.Do(b.ctx, func(context.Context) {
				run(a.ctx, func() {
					check(t, "under another", a)
					rt.Fresh(func() { check(t, "in Fresh", nil) })
					run(b.ctx, func() { check(t, "nested", b) })
					check(t, "after nested ones", a)
				})
				run(bg, func() { check(t, "under nothing", nil) })
				check(t, "after under another", b)
			})
			check(t, "at the end", nil)
		})
	}
}

// The same under many contexts at the same time, on goroutines that are reused.
func TestRunnersConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		r := newRequest(t, fmt.Sprint("r", i))
		wg.Go(func() {
			for name, run := range runners {
				for range 10 {
					run(r.ctx, func() { check(t, name, r) })
				}
				check(t, name+", after", nil)
			}
		})
	}
	wg.Wait()
}

// Do lets panics and Goexit through and brings back what was there.
func TestDoPanics(t *testing.T) {
	a, b := newRequest(t, "a"), newRequest(t, "b")
	rt.Do(b.ctx, func(context.Context) {
		oops := errors.New("oops")
		func() {
			defer func() {
				if v := recover(); v != oops {
					t.Errorf("recovered %v", v)
				}
				check(t, "panicked", b)
			}()
			rt.Do(a.ctx, func(context.Context) { panic(oops) })
		}()
		check(t, "after the panic", b)
	})
	done := make(chan bool)
	rt.Go(b.ctx, func(context.Context) {
		defer close(done)
		defer check(t, "after Goexit", b)
		rt.Do(a.ctx, func(context.Context) { runtime.Goexit() })
	})
	<-done
}

// A bound function is called concurrently, and after its span's end.
func TestBindCalls(t *testing.T) {
	a := newRequest(t, "a")
	f := rt.BindArg(a.ctx, func(where string) { check(t, where, a) })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { f("concurrent") })
	}
	wg.Wait()
	a.span.End()
	f("ended")
	rt.Do(a.ctx, func(context.Context) { check(t, "ended", a) })
	check(t, "after", nil)
}

// Ends that come while functions are bound and run lose no parent.
func TestEndConcurrent(t *testing.T) {
	for range 200 {
		a := newRequest(t, "a")
		var wg sync.WaitGroup
		wg.Go(func() { a.span.End() })
		for range 2 {
			wg.Go(func() {
				rt.Bind(a.ctx, func() { check(t, "bound", a) })()
				rt.Do(a.ctx, func(context.Context) { check(t, "Do", a) })
			})
		}
		wg.Wait()
	}
}

// Code under a remote span sees that very span. One of another SDK is not current:
// nobody could tell its IDs without asking it, nor when it ends.
func TestForeignSpans(t *testing.T) {
	sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	for name, ctx := range map[string]context.Context{
		"remote":  trace.ContextWithRemoteSpanContext(bg, sc),
		"foreign": trace.ContextWithSpan(bg, &foreignSpan{sc: sc}),
	} {
		for kind, run := range runners {
			run(ctx, func() {
				got := trace.SpanContextFromContext(bg)
				if want := rt.Woven() && name == "remote"; got.IsValid() != want || want && got.SpanID() != sc.SpanID() {
					t.Errorf("%s, %s: %v", name, kind, got)
				}
			})
			check(t, kind, nil)
		}
	}
}

type foreignSpan struct {
	trace.Span
	sc trace.SpanContext
}

func (s *foreignSpan) SpanContext() trace.SpanContext       { return s.sc }
func (s *foreignSpan) IsRecording() bool                    { return true }
func (s *foreignSpan) TracerProvider() trace.TracerProvider { return nil }

func TestContext(t *testing.T) {
	if rt.Context() != bg {
		t.Errorf("%v, want Background", rt.Context())
	}
	type key struct{}
	a := newRequest(t, "a")
	ctx, cancel := context.WithCancel(context.WithValue(a.ctx, key{}, "v"))
	ctx, span := tracer.Start(ctx, "b")
	defer span.End()
	cancel()
	rt.Do(ctx, func(context.Context) {
		ambient := rt.Context()
		if ambient.Err() != nil || ambient.Done() != nil {
			t.Error("canceled")
		}
		if !rt.Woven() {
			if ambient != bg {
				t.Error("not Background")
			}
			return
		}
		rt.Fresh(func() {
			if !trace.SpanContextFromContext(ambient).Equal(span.SpanContext()) || ambient.Value(key{}) != "v" || baggage.FromContext(ambient).Member("name").Value() != "a" {
				t.Errorf("it holds %v", ambient)
			}
		})
	})
}

// A Group does what an errgroup does.
func TestGroup(t *testing.T) {
	var g rt.Group
	g.SetLimit(2)
	var running, most atomic.Int32
	for range 20 {
		g.Go(func() error {
			n := running.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			runtime.Gosched()
			running.Add(-1)
			return nil
		})
	}
	if err := g.Wait(); err != nil || most.Load() > 2 {
		t.Errorf("%v, %d at a time", err, most.Load())
	}
	gate := make(chan bool)
	wait := func() error { <-gate; return nil }
	g.Go(wait)
	g.Go(wait)
	if g.TryGo(wait) {
		t.Error("started a third")
	}
	close(gate)
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	with, ctx := rt.WithContext(bg)
	first := errors.New("first")
	with.Go(func() error { return first })
	with.GoContext(ctx, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	if err := with.Wait(); err != first || context.Cause(ctx) != first {
		t.Errorf("%v, because of %v", err, context.Cause(ctx))
	}
}

// What a Group runs is under its caller, else under WithContext's.
func TestGroupAmbient(t *testing.T) {
	a, b := newRequest(t, "a"), newRequest(t, "b")
	g, _ := rt.WithContext(a.ctx)
	g.Go(func() error { check(t, "under none", a); return nil })
	rt.Do(b.ctx, func(context.Context) {
		g.Go(func() error { check(t, "under another", b); return nil })
		g.TryGo(func() error { check(t, "TryGo under another", b); return nil })
		g.GoContext(a.ctx, func(context.Context) error { check(t, "GoContext", a); return nil })
	})
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	var zero rt.Group
	zero.Go(func() error { check(t, "zero", nil); return nil })
	if err := zero.Wait(); err != nil {
		t.Error(err)
	}
}
