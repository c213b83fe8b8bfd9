package cases

import (
	"context"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/gammazero/workerpool"
	"golang.org/x/sync/errgroup"
)

var (
	count int
	inc   = func() { count++ }
)

// hand is a pool's Enqueue without the pool.
//
//drift:bind f
//go:noinline
func hand(f func()) func() { return f }

// The difference between woven and plain is a bound call: the binding, the
// call, and what was current before brought back.
func BenchmarkBoundCall(b *testing.B) {
	under(b, func() {
		for range b.N {
			hand(inc)()
		}
	})
}

// What runs it may be under another's context.
func BenchmarkBoundCallNoSpan(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		hand(inc)()
	}
}

var pool = workerpool.New(1)

// Nothing is current, and a library's worker is fresh.
func BenchmarkPoolNoSpan(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		pool.SubmitWait(inc)
	}
}

func BenchmarkPoolUnderSpan(b *testing.B) {
	under(b, func() {
		for range b.N {
			pool.SubmitWait(inc)
		}
	})
}

func BenchmarkErrgroupUnderSpan(b *testing.B) {
	under(b, func() {
		var g errgroup.Group
		f := func() error { return nil }
		for range b.N {
			g.Go(f)
			g.Wait()
		}
	})
}

func BenchmarkWaitGroupGoUnderSpan(b *testing.B) {
	under(b, func() {
		var wg sync.WaitGroup
		for range b.N {
			wg.Go(inc)
			wg.Wait()
		}
	})
}

func BenchmarkAfterFuncNoSpan(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		time.AfterFunc(time.Hour, inc).Stop()
	}
}

func BenchmarkAfterFuncUnderSpan(b *testing.B) {
	under(b, func() {
		for range b.N {
			time.AfterFunc(time.Hour, inc).Stop()
		}
	})
}

func BenchmarkTimerResetUnderSpan(b *testing.B) {
	under(b, func() {
		t := time.NewTimer(time.Hour)
		for range b.N {
			t.Reset(time.Hour)
		}
		t.Stop()
	})
}

func BenchmarkContextAfterFuncUnderSpan(b *testing.B) {
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	under(b, func() {
		for range b.N {
			context.AfterFunc(ctx, inc)()
		}
	})
}

func BenchmarkIterPullUnderSpan(b *testing.B) {
	var seq iter.Seq[int] = func(yield func(int) bool) {
		for yield(1) {
		}
	}
	next, stop := iter.Pull(seq)
	defer stop()
	under(b, func() {
		for range b.N {
			next()
		}
	})
}
