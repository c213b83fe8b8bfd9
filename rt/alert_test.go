package rt

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func ExampleOnUnpatched() {
	remove := OnUnpatched(func(a Alert) {
		fmt.Println(a.Operation, a.Address, "by", a.Function)
	})
	defer remove()
}

// What is registered is called in the order that it was registered in, until it
// is removed, by itself too; what one does is contained.
func TestOnUnpatched(t *testing.T) {
	var got []string
	note := func(name string) func(Alert) {
		return func(a Alert) { got = append(got, name+" "+a.Operation) }
	}
	a := OnUnpatched(note("a"))
	defer OnUnpatched(func(Alert) { panic("contained") })()
	defer OnUnpatched(func(Alert) { runtime.Goexit() })()
	told = func() { t.Error("a func that removes itself waits for itself") }
	var self func()
	self = OnUnpatched(func(Alert) { got = append(got, "self"); self() })
	b := OnUnpatched(note("b"))
	deliver(Alert{Operation: "dial"})
	waited := 0
	told = func() { waited++ }
	defer func() { told = func() {} }()
	a()
	a()
	deliver(Alert{Operation: "write"})
	b()
	deliver(Alert{Operation: "write"})
	if want := []string{"a dial", "self", "b dial", "b write"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if waited != 6 {
		t.Errorf("waited %d times", waited)
	}
}

func TestOnUnpatchedConcurrentSafe(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				var n atomic.Int64
				remove := OnUnpatched(func(Alert) { n.Add(1) })
				deliver(Alert{})
				remove()
				if n.Load() == 0 {
					t.Error("not called")
				}
			}
		})
	}
	wg.Wait()
}
