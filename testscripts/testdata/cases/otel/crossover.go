package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"example.com/x/trees"
)

// The worker that alice's request started serves bob, while alice's is open still:
// his call carries nobody's baggage but his own, and that stays at home.
func BaggageOfAnotherRequest() {
	otel.SetTextMapPropagator(both)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("call for %s carries baggage %q\n", r.URL.Path[1:], r.Header.Get("baggage"))
	}))
	defer srv.Close()
	jobs := make(chan func())
	var up bool
	submit := func(f func()) {
		if !up {
			up = true
			go func() {
				for j := range jobs {
					j()
				}
			}()
		}
		jobs <- f
	}
	call := func(user string) {
		var wg sync.WaitGroup
		wg.Add(1)
		submit(func() {
			defer wg.Done()
			res, err := http.Get(srv.URL + "/" + user)
			if err == nil {
				res.Body.Close()
			}
		})
		wg.Wait()
	}
	request := func(user string, f func()) {
		_, s := trees.Tracer.Start(with("user", user), "request of "+user, trace.WithNewRoot())
		defer s.End()
		f()
	}
	aliceUp, aliceOver, done := make(chan int), make(chan int), make(chan int)
	go func() {
		request("alice", func() { call("alice"); close(aliceUp); <-aliceOver })
		close(done)
	}()
	<-aliceUp
	request("bob", func() { call("bob") })
	close(aliceOver)
	<-done
	// Output:
	// call for alice carries baggage ""
	// call for bob carries baggage ""
}
