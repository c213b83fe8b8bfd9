// Package outside is left out of scope when the benchmarks are woven.
package outside

import "sync"

// Spawn starts a goroutine and waits for it.
func Spawn(wg *sync.WaitGroup) {
	wg.Add(1)
	go wg.Done()
	wg.Wait()
}

var ch = make(chan int, 1)

// Send sends and receives on a buffered channel.
func Send() {
	ch <- 1
	<-ch
}
