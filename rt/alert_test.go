package rt

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func ExampleOnAlert() {
	remove := OnAlert(func(a Alert) {
		fmt.Println(a.Operation, a.Address, "by", a.Function)
	})
	defer remove()
}

// What is registered is called in the order that it was registered in, until it
// is removed, by itself too; what one does is contained.
func TestOnAlert(t *testing.T) {
	var got []string
	note := func(name string) func(Alert) {
		return func(a Alert) { got = append(got, name+" "+a.Operation) }
	}
	a := OnAlert(note("a"))
	defer OnAlert(func(Alert) { panic("contained") })()
	defer OnAlert(func(Alert) { runtime.Goexit() })()
	told = func() { t.Error("a func that removes itself waits for itself") }
	var self func()
	self = OnAlert(func(Alert) { got = append(got, "self"); self() })
	b := OnAlert(note("b"))
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

func TestOnAlertConcurrentSafe(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				var n atomic.Int64
				remove := OnAlert(func(Alert) { n.Add(1) })
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
