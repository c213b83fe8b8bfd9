package rt_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/drift-go/drift-toolexec/rt"
)

var bg = context.Background()

// block submits a task that runs until release is called.
func block(t *testing.T, p *rt.Pool) (task *rt.Task, release func()) {
	t.Helper()
	started, gate := make(chan bool), make(chan bool)
	task, err := p.Submit(bg, func(context.Context) error {
		close(started)
		<-gate
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	<-started
	return task, sync.OnceFunc(func() { close(gate) })
}

func nothing(context.Context) error { return nil }

func TestPoolBound(t *testing.T) {
	p := rt.NewPool(3, rt.WithQueue(100))
	var running, most atomic.Int32
	for range 100 {
		_, err := p.Submit(bg, func(context.Context) error {
			n := running.Add(1)
			for {
				m := most.Load()
				if n <= m || most.CompareAndSwap(m, n) {
					break
				}
			}
			runtime.Gosched()
			running.Add(-1)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	if m := most.Load(); m < 1 || m > 3 {
		t.Errorf("%d tasks at a time, want at most 3", m)
	}
}

// Submit waits for room, and for no longer than its context says.
func TestPoolBackPressure(t *testing.T) {
	p := rt.NewPool(1)
	first, release := block(t, p)
	defer release()
	ctx, cancel := context.WithCancel(bg)
	result := make(chan error)
	go func() {
		_, err := p.Submit(ctx, nothing)
		result <- err
	}()
	select {
	case err := <-result:
		t.Fatalf("submitted to a pool without room: %v", err)
	default:
	}
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that of the context", err)
	}
	if _, err := p.Submit(ctx, nothing); !errors.Is(err, context.Canceled) {
		t.Errorf("%v for a context that is done", err)
	}
	go func() {
		task, err := p.Submit(bg, nothing)
		if err == nil {
			err = task.Wait()
		}
		result <- err
	}()
	release()
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
	if err := <-result; err != nil {
		t.Error(err)
	}
	p.Close()
}

// A task whose context is done before its turn is not run.
func TestPoolQueued(t *testing.T) {
	p := rt.NewPool(1, rt.WithQueue(1))
	_, release := block(t, p)
	ctx, cancel := context.WithCancel(bg)
	ran := false
	task, err := p.Submit(ctx, func(context.Context) error { ran = true; return nil })
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-task.Done():
		t.Fatal("it has ended")
	default:
	}
	cancel()
	if err := task.Wait(); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("%v, ran: %v", err, ran)
	}
	release()
	p.Close()
}

// Close waits for what runs and what is queued, and turns away those that wait.
func TestPoolClose(t *testing.T) {
	p := rt.NewPool(1, rt.WithQueue(1))
	_, release := block(t, p)
	var ran atomic.Bool
	queued, err := p.Submit(bg, func(context.Context) error { ran.Store(true); return nil })
	if err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error)
	go func() {
		_, err := p.Submit(bg, nothing)
		waiting <- err
	}()
	closed := make(chan bool)
	for range 2 {
		go func() {
			p.Close()
			if !ran.Load() {
				t.Error("closed before the queue was empty")
			}
			closed <- true
		}()
	}
	if err := <-waiting; !errors.Is(err, rt.ErrPoolClosed) {
		t.Errorf("%v, want ErrPoolClosed", err)
	}
	release()
	<-closed
	<-closed
	if err := queued.Wait(); err != nil {
		t.Error(err)
	}
	if _, err := p.Submit(bg, nothing); !errors.Is(err, rt.ErrPoolClosed) {
		t.Errorf("%v, want ErrPoolClosed", err)
	}
	p.Close()
}

func TestPoolErrors(t *testing.T) {
	var handled atomic.Int32
	p := rt.NewPool(0, rt.WithPanicHandler(func(_ context.Context, err *rt.PanicError) { handled.Add(1) }), rt.WithQueue(-1))
	oops := errors.New("oops")
	run := func(fn func(context.Context) error) error {
		t.Helper()
		task, err := p.Submit(bg, fn)
		if err != nil {
			t.Fatal(err)
		}
		return task.Wait()
	}
	if err := run(func(context.Context) error { return oops }); err != oops {
		t.Error(err)
	}
	err := run(func(context.Context) error { panic(oops) })
	var p1 *rt.PanicError
	if !errors.As(err, &p1) || !errors.Is(err, oops) || !strings.Contains(string(p1.Stack), "TestPoolErrors") {
		t.Error(err)
	}
	var p2 *rt.PanicError
	if err := run(nil); !errors.As(err, &p2) || !strings.Contains(err.Error(), "nil pointer") {
		t.Error(err)
	}
	if err := run(func(context.Context) error { runtime.Goexit(); return nil }); err != rt.ErrGoexit {
		t.Error(err)
	}
	p.Close()
	if n := handled.Load(); n != 2 {
		t.Errorf("the handler was called %d times, want 2", n)
	}
}

// Whatever comes at the same time as Close either runs or is turned away.
func TestPoolConcurrent(t *testing.T) {
	for range 50 {
		p := rt.NewPool(2, rt.WithQueue(2))
		var ran, accepted atomic.Int32
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				if i == 8 {
					p.Close()
					return
				}
				task, err := p.Submit(bg, func(context.Context) error { ran.Add(1); return nil })
				switch {
				case err == nil:
					accepted.Add(1)
					if err := task.Wait(); err != nil {
						t.Error(err)
					}
				case !errors.Is(err, rt.ErrPoolClosed):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if ran.Load() != accepted.Load() {
			t.Fatalf("%d accepted, %d ran", accepted.Load(), ran.Load())
		}
	}
}

// Wait waits for what was submitted before it, panics and Goexit included.
func TestPoolWait(t *testing.T) {
	p := rt.NewPool(2, rt.WithQueue(4))
	defer p.Close()
	p.Wait() // for nothing
	release, ended := make(chan bool), new(atomic.Int64)
	for _, f := range []func(){func() {}, func() { panic("task") }, func() { runtime.Goexit() }} {
		if _, err := p.Submit(context.Background(), func(context.Context) error {
			defer ended.Add(1)
			<-release
			f()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	close(release)
	p.Wait()
	if n := ended.Load(); n != 3 {
		t.Errorf("Wait returned when %d of 3 tasks had ended", n)
	}
}

func ExamplePool_Wait() {
	p := rt.NewPool(2)
	var mu sync.Mutex
	sum := 0
	for i := range 4 {
		p.Submit(context.Background(), func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			sum += i
			return nil
		})
	}
	p.Wait()
	fmt.Println(sum)
	// Output: 6
}
