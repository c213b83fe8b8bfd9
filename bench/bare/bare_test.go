// Package bare holds what is measured in a program that has no OpenTelemetry,
// but uses hooked libraries.
package bare

import (
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/gammazero/workerpool"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"
)

var (
	count int
	inc   = func() { count++ }
	pool  = workerpool.New(1)
)

func BenchmarkBarePool(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		pool.SubmitWait(inc)
	}
}

func BenchmarkBareErrgroup(b *testing.B) {
	b.ReportAllocs()
	var g errgroup.Group
	f := func() error { return nil }
	for range b.N {
		g.Go(f)
		g.Wait()
	}
}

func BenchmarkBareWaitGroupGo(b *testing.B) {
	b.ReportAllocs()
	var wg sync.WaitGroup
	for range b.N {
		wg.Go(inc)
		wg.Wait()
	}
}

func BenchmarkBareSingleflight(b *testing.B) {
	b.ReportAllocs()
	var g singleflight.Group
	f := func() (any, error) { return nil, nil }
	for range b.N {
		g.Do("key", f)
	}
}

func BenchmarkBareAfterFunc(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		time.AfterFunc(time.Hour, inc).Stop()
	}
}

func BenchmarkBareIterPull(b *testing.B) {
	var seq iter.Seq[int] = func(yield func(int) bool) {
		for yield(1) {
		}
	}
	next, stop := iter.Pull(seq)
	defer stop()
	b.ReportAllocs()
	for range b.N {
		next()
	}
}
