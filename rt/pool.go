package rt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/semaphore"
)

// ErrPoolClosed is what [Pool.Submit] returns for a pool that [Pool.Close] was called on.
var ErrPoolClosed = errors.New("rt: pool is closed")

// ErrGoexit is the error of a task that called [runtime.Goexit].
var ErrGoexit = errors.New("rt: task called runtime.Goexit")

// A PanicError is the error of a task that panicked.
type PanicError struct {
	Value any    // what it panicked with
	Stack []byte // of the goroutine that it ran on, as debug.Stack has it
}

func (e *PanicError) Error() string { return fmt.Sprintf("rt: task panicked: %v", e.Value) }

// Unwrap returns the value that the task panicked with, if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// A Pool runs a bounded number of tasks at a time, each on a goroutine of its own
// and under the context that it was submitted with. Its methods may be called at
// the same time from several goroutines. [NewPool] makes one.
type Pool struct {
	workers *semaphore.Weighted // for the tasks that run
	room    *semaphore.Weighted // for those and the ones that wait
	size    int64               // of room
	onPanic func(ctx context.Context, err *PanicError)

	closed context.Context // done once Close was called
	cancel context.CancelFunc
	close  sync.Once

	mu    sync.Mutex
	tasks map[*Task]struct{} // submitted, and not ended
}

// A PoolOption is an option of [NewPool].
type PoolOption interface{ apply(*poolConfig) }

type poolOption func(*poolConfig)

func (o poolOption) apply(c *poolConfig) { o(c) }

type poolConfig struct {
	queue   int
	onPanic func(ctx context.Context, err *PanicError)
}

// WithQueue has a pool take up to n tasks more than it runs at a time, so that
// [Pool.Submit] need not wait until one has ended.
func WithQueue(n int) PoolOption {
	return poolOption(func(c *poolConfig) { c.queue = max(n, 0) })
}

// WithPanicHandler has a pool call f, with the task's context, for each task that
// panicked, on its goroutine and before its Wait returns. It is for tasks that
// nobody waits for.
func WithPanicHandler(f func(ctx context.Context, err *PanicError)) PoolOption {
	return poolOption(func(c *poolConfig) { c.onPanic = f })
}

// NewPool returns a pool that runs up to n tasks at a time; less than 1 means
// runtime.GOMAXPROCS(0). A pool without tasks has no goroutines: one that is
// dropped need not be closed.
func NewPool(n int, opts ...PoolOption) *Pool {
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	var c poolConfig
	for _, opt := range opts {
		opt.apply(&c)
	}
	p := &Pool{
		workers: semaphore.NewWeighted(int64(n)),
		size:    int64(n) + int64(c.queue),
		onPanic: c.onPanic,
	}
	p.room = semaphore.NewWeighted(p.size)
	p.closed, p.cancel = context.WithCancel(context.Background())
	p.tasks = map[*Task]struct{}{}
	return p
}

// Submit hands fn over, which the pool calls with ctx. In a woven build what ctx
// holds is the ambient context while fn runs.
//
// It waits until the pool has room. If ctx is done before that, its error is
// ctx's, and if the pool is closed, [ErrPoolClosed]; fn is not called then. Nor is
// it if ctx is done while the task waits in the queue: the task's error is ctx's.
//
// A task that submits to its own pool, or waits for another task of it, may wait
// for ever.
func (p *Pool) Submit(ctx context.Context, fn func(ctx context.Context) error) (*Task, error) {
	if err := p.admit(ctx); err != nil {
		return nil, err
	}
	t := &Task{done: make(chan struct{})}
	p.mu.Lock()
	p.tasks[t] = struct{}{}
	p.mu.Unlock()
	s := capture(ctx)
	go func() {
		defer p.end(t)
		defer p.room.Release(1)
		if t.err = p.workers.Acquire(ctx, 1); t.err != nil {
			return
		}
		defer p.workers.Release(1)
		p.run(ctx, s, t, fn)
	}()
	return t, nil
}

func (p *Pool) end(t *Task) {
	p.mu.Lock()
	delete(p.tasks, t)
	p.mu.Unlock()
	close(t.done)
}

// Wait returns when the tasks that were submitted before it was called have ended,
// whatever became of them: [Task.Wait] has their errors. Others may submit meanwhile;
// their tasks are not waited for. A task of the pool that calls it waits for itself, for
// ever.
func (p *Pool) Wait() {
	p.mu.Lock()
	tasks := make([]*Task, 0, len(p.tasks))
	for t := range p.tasks {
		tasks = append(tasks, t)
	}
	p.mu.Unlock()
	for _, t := range tasks {
		<-t.done
	}
}

// admit takes one of the places in room.
func (p *Pool) admit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !p.room.TryAcquire(1) {
		wait, cancel := context.WithCancel(ctx)
		stop := context.AfterFunc(p.closed, cancel)
		err := p.room.Acquire(wait, 1)
		stop()
		cancel()
		if err != nil {
			if err := ctx.Err(); err != nil {
				return err
			}
			return ErrPoolClosed
		}
	}
	// Close waits for whoever has a place by now.
	if p.closed.Err() != nil {
		p.room.Release(1)
		return ErrPoolClosed
	}
	return nil
}

// run calls fn. The panic handler runs under the task's context too.
func (p *Pool) run(ctx context.Context, s snapshot, t *Task, fn func(ctx context.Context) error) {
	defer s.enter().leave()
	t.err = ErrGoexit
	defer func() {
		if v := recover(); v != nil {
			err := &PanicError{Value: v, Stack: debug.Stack()}
			t.err = err
			if p.onPanic != nil {
				p.onPanic(ctx, err)
			}
		}
	}()
	t.err = fn(ctx)
}

// Close closes the pool for Submit, those that wait in it too, and returns when
// the tasks that were submitted before have ended. It may be called more than
// once, though not by a task of the pool.
func (p *Pool) Close() {
	p.close.Do(func() {
		p.cancel()
		// It never fails: this context is never done.
		_ = p.room.Acquire(context.Background(), p.size)
	})
}

// A Task is a function that was submitted to a [Pool].
type Task struct {
	done chan struct{}
	err  error // written before done is closed
}

// Wait waits until the task has ended and returns its error: what its function
// returned, a *[PanicError] if it panicked, [ErrGoexit], or its context's error if it
// was done before the function was called.
func (t *Task) Wait() error {
	<-t.done
	return t.err
}

// Done returns a channel that is closed when the task has ended.
func (t *Task) Done() <-chan struct{} { return t.done }
