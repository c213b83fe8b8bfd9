package cases

import (
	"runtime"
	"sync"
	"testing"
)

// job is what goes through channels here: of two words, with a pointer.
type job struct {
	n    int
	next *job
}

var worked int

// single has what follows run on one processor: with two, what is measured is how they
// share their caches.
func single(b *testing.B) func() {
	b.ReportAllocs()
	n := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(n) }
}

//go:noinline
func consume(j job) { worked += j.n }

// pairs sends and receives on one goroutine, over a buffer.
func pairs(b *testing.B) {
	defer single(b)()
	c := make(chan job, 16)
	for b.Loop() {
		for i := range 16 {
			c <- job{n: i}
		}
		for range 16 {
			j := <-c
			consume(j)
		}
	}
}

// BenchmarkChannelPairs sends and receives 16 elements on one goroutine.
func BenchmarkChannelPairs(b *testing.B) { pairs(b) }

// BenchmarkChannelPairsUnderSpan does under an open span.
func BenchmarkChannelPairsUnderSpan(b *testing.B) { under(b, func() { pairs(b) }) }

// produce has a goroutine consume what this one sends.
func produce(b *testing.B, size int) {
	defer single(b)()
	c := make(chan job, size)
	done := make(chan struct{})
	go func() {
		for j := range c {
			consume(j)
		}
		close(done)
	}()
	for b.Loop() {
		for i := range 100 {
			c <- job{n: i}
		}
	}
	close(c)
	<-done
}

// BenchmarkChannelProduce sends 100 elements to a worker, over a buffer of 64.
func BenchmarkChannelProduce(b *testing.B) { produce(b, 64) }

// BenchmarkChannelProduceUnderSpan does under an open span: the worker adopts each.
func BenchmarkChannelProduceUnderSpan(b *testing.B) { under(b, func() { produce(b, 64) }) }

// BenchmarkChannelSync sends 100 elements to a worker without a buffer.
func BenchmarkChannelSync(b *testing.B) { produce(b, 0) }

// BenchmarkChannelSyncUnderSpan does under an open span.
func BenchmarkChannelSyncUnderSpan(b *testing.B) { under(b, func() { produce(b, 0) }) }

// pingPong has a worker answer each element on another channel.
func pingPong(b *testing.B) {
	defer single(b)()
	ask, answer := make(chan job), make(chan int)
	go func() {
		for j := range ask {
			consume(j)
			answer <- j.n
		}
	}()
	n := 0
	for b.Loop() {
		ask <- job{n: 1}
		n += <-answer
	}
	close(ask)
}

// BenchmarkChannelPingPong sends an element to a worker and waits for its answer.
func BenchmarkChannelPingPong(b *testing.B) { pingPong(b) }

// BenchmarkChannelPingPongUnderSpan does under an open span.
func BenchmarkChannelPingPongUnderSpan(b *testing.B) { under(b, func() { pingPong(b) }) }

// pool has four workers serve what this goroutine sends, and a collector count it.
func poolOf(b *testing.B) {
	defer single(b)()
	jobs, results := make(chan job, 16), make(chan int, 16)
	var workers, collected sync.WaitGroup
	for range 4 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for j := range jobs {
				results <- j.n + 1
			}
		}()
	}
	collected.Add(1)
	sum := 0
	go func() {
		defer collected.Done()
		for n := range results {
			sum += n
		}
	}()
	for b.Loop() {
		for i := range 100 {
			jobs <- job{n: i}
		}
	}
	close(jobs)
	workers.Wait()
	close(results)
	collected.Wait()
}

// BenchmarkChannelPool sends 100 elements through four workers to a collector.
func BenchmarkChannelPool(b *testing.B) { poolOf(b) }

// BenchmarkChannelPoolUnderSpan does under an open span.
func BenchmarkChannelPoolUnderSpan(b *testing.B) { under(b, func() { poolOf(b) }) }

// BenchmarkChannelMake makes a buffered channel of pointer-free elements.
func BenchmarkChannelMake(b *testing.B) {
	defer single(b)()
	for b.Loop() {
		_ = cap(makeInts())
	}
}

//go:noinline
func makeInts() chan int { return make(chan int, 8) }

// BenchmarkChannelMakeUnbuffered makes an unbuffered one.
func BenchmarkChannelMakeUnbuffered(b *testing.B) {
	defer single(b)()
	for b.Loop() {
		_ = cap(makeUnbuffered())
	}
}

//go:noinline
func makeUnbuffered() chan int { return make(chan int) }
