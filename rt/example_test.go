package rt_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/baggage"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/drift-go/drift-toolexec/rt"
)

var tracer = sdk.NewTracerProvider().Tracer("example")

// query starts a span under what ctx holds, and prints its parent.
func query(ctx context.Context, name string) {
	if parent, ok := trace.SpanFromContext(ctx).(sdk.ReadOnlySpan); ok {
		fmt.Println(name, "under", parent.Name())
	} else {
		fmt.Println(name, "is a root")
	}
	_, span := tracer.Start(ctx, name)
	span.End()
}

func ExampleDo() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	rt.Do(ctx, func(ctx context.Context) {
		query(ctx, "users")
	})
	// Output: users under request
}

func ExampleDoValue() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	err := rt.DoValue(ctx, func(ctx context.Context) error {
		query(ctx, "users")
		return errors.New("no such user")
	})
	fmt.Println(err)
	// Output:
	// users under request
	// no such user
}

func ExampleDoValues() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	n, err := rt.DoValues(ctx, func(ctx context.Context) (int, error) {
		query(ctx, "users")
		return 3, nil
	})
	fmt.Println(n, err)
	// Output:
	// users under request
	// 3 <nil>
}

func ExampleGo() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	done := make(chan bool)
	rt.Go(ctx, func(ctx context.Context) {
		query(ctx, "users")
		close(done)
	})
	<-done
	// Output: users under request
}

func ExampleFresh() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	rt.Do(ctx, func(ctx context.Context) {
		rt.Fresh(func() { query(context.Background(), "heartbeat") })
	})
	// Output: heartbeat is a root
}

func ExampleBind() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	done := make(chan bool)
	time.AfterFunc(time.Millisecond, rt.Bind(ctx, func() {
		query(ctx, "reminder")
		close(done)
	}))
	<-done
	// Output: reminder under request
}

func ExampleBindValue() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	count := rt.BindValue(ctx, func() int {
		query(ctx, "users")
		return 3
	})
	fmt.Println(count())
	// Output:
	// users under request
	// 3
}

func ExampleBindArg() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	onMessage := rt.BindArg(ctx, func(message string) { query(ctx, message) })
	onMessage("hello")
	// Output: hello under request
}

func ExampleBindArgValue() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	handle := rt.BindArgValue(ctx, func(message string) error {
		query(ctx, message)
		return nil
	})
	fmt.Println(handle("hello"))
	// Output:
	// hello under request
	// <nil>
}

func ExampleBindContext() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	task := rt.BindContext(ctx, func(ctx context.Context) error {
		query(ctx, "users")
		return ctx.Err()
	})
	caller, cancel := context.WithCancel(context.Background())
	cancel()
	fmt.Println(task(caller))
	// Output:
	// users under request
	// context canceled
}

func ExampleGroup() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	g, ctx := rt.WithContext(ctx)
	g.SetLimit(1)
	for _, name := range []string{"users", "orders"} {
		g.Go(func() error {
			query(ctx, name)
			return nil
		})
	}
	fmt.Println(g.Wait())
	// Output:
	// users under request
	// orders under request
	// <nil>
}

func ExampleGroup_GoContext() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	g, ctx := rt.WithContext(ctx)
	part, child := tracer.Start(ctx, "part")
	defer child.End()
	g.GoContext(part, func(ctx context.Context) error {
		query(ctx, "users")
		return nil
	})
	fmt.Println(g.Wait())
	// Output:
	// users under part
	// <nil>
}

func ExampleGroup_TryGoContext() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	var g rt.Group
	g.SetLimit(1)
	busy := make(chan bool)
	g.Go(func() error { <-busy; return nil })
	fmt.Println(g.TryGoContext(ctx, func(ctx context.Context) error { return nil }))
	close(busy)
	fmt.Println(g.Wait())
	// Output:
	// false
	// <nil>
}

func ExampleWithContext() {
	g, ctx := rt.WithContext(context.Background())
	g.Go(func() error { return errors.New("oops") })
	g.Go(func() error {
		<-ctx.Done()
		return ctx.Err()
	})
	fmt.Println(g.Wait())
	// Output: oops
}

func ExamplePool() {
	pool := rt.NewPool(3, rt.WithQueue(10))
	defer pool.Close()

	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	task, err := pool.Submit(ctx, func(ctx context.Context) error {
		query(ctx, "thumbnail")
		return nil
	})
	if err != nil {
		return // ctx is done, or the pool is closed
	}
	fmt.Println(task.Wait())
	// Output:
	// thumbnail under request
	// <nil>
}

func ExamplePool_Submit_panic() {
	pool := rt.NewPool(1)
	defer pool.Close()
	task, err := pool.Submit(context.Background(), func(ctx context.Context) error {
		panic("no such file")
	})
	if err != nil {
		return
	}
	err = task.Wait()
	var p *rt.PanicError
	fmt.Println(err, errors.As(err, &p))
	// Output: rt: task panicked: no such file true
}

func ExampleWithPanicHandler() {
	pool := rt.NewPool(1, rt.WithPanicHandler(func(ctx context.Context, err *rt.PanicError) {
		fmt.Println("logged:", err.Value)
	}))
	if _, err := pool.Submit(context.Background(), func(ctx context.Context) error { panic("oops") }); err != nil {
		return
	}
	pool.Close()
	// Output: logged: oops
}

func ExampleTask_Done() {
	pool := rt.NewPool(1)
	defer pool.Close()
	task, err := pool.Submit(context.Background(), func(ctx context.Context) error { return nil })
	if err != nil {
		return
	}
	select {
	case <-task.Done():
		fmt.Println(task.Wait())
	case <-time.After(time.Minute):
		fmt.Println("still running")
	}
	// Output: <nil>
}

func ExampleContext() {
	member, err := baggage.NewMember("user", "1")
	if err != nil {
		return
	}
	b, err := baggage.New(member)
	if err != nil {
		return
	}
	ctx, span := tracer.Start(baggage.ContextWithBaggage(context.Background(), b), "request")
	defer span.End()
	rt.Do(ctx, func(ctx context.Context) {
		// A callback that was handed no ctx asks for one.
		ambient := rt.Context()
		same := trace.SpanContextFromContext(ambient).Equal(span.SpanContext())
		fmt.Println(same == rt.Woven(), (baggage.FromContext(ambient).Len() == 1) == rt.Woven())
	})
	// Output: true true
}

func ExampleWoven() {
	ctx, span := tracer.Start(context.Background(), "request")
	defer span.End()
	rt.Do(ctx, func(ctx context.Context) {
		ambient := trace.SpanFromContext(rt.Context()).IsRecording()
		fmt.Println(ambient == rt.Woven())
	})
	// Output: true
}
