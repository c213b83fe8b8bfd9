// Package service is a service and its client in one program, for scripts that
// build it in a way of their own: what it does takes the context across all that
// is woven into Go and into a program's own code.
package service

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"example.com/x/trees"
	"github.com/drift-go/drift-toolexec/rt"
)

// Run makes two requests on one connection, each under a span of its own, and
// prints the forest. No ctx is handed to anything but rt.
func Run() {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	server := &http.Server{Handler: http.HandlerFunc(serve)}
	go server.Serve(l)
	for _, name := range []string{"first", "second"} {
		request(name, "http://"+l.Addr().String()+"/"+name)
	}
	check(server.Close())
	trees.Print()
}

// A Transport that is told how to dial does so on js, too, in place of fetching.
var client = &http.Client{Transport: &http.Transport{DialContext: new(net.Dialer).DialContext}}

func request(name, url string) {
	_, span := trees.Tracer.Start(trees.Bg, name)
	defer span.End()
	resp, err := client.Get(url)
	check(err)
	_, err = io.Copy(io.Discard, resp.Body)
	check(err)
	check(resp.Body.Close())
}

func serve(w http.ResponseWriter, r *http.Request) {
	ctx, span := trees.Tracer.Start(trees.Bg, "serve "+r.URL.Path[1:])
	defer span.End()
	var wg sync.WaitGroup
	wg.Add(2)
	go leaf(&wg, name("goroutine"))
	time.AfterFunc(time.Millisecond, func() { leaf(&wg, "timer") })
	wg.Wait()
	wg.Go(func() { trees.Leaf("wait group") })
	wg.Wait()
	next, stop := iter.Pull(sequence)
	next()
	stop()
	rt.Do(ctx, func(context.Context) { trees.Leaf("rt.Do") })
	g, _ := rt.WithContext(ctx)
	g.Go(func() error { trees.Leaf("rt.Group"); return nil })
	check(g.Wait())
}

func name(s string) string { return s }

func leaf(wg *sync.WaitGroup, name string) {
	defer wg.Done()
	trees.Leaf(name)
}

func sequence(yield func(int) bool) {
	trees.Leaf("iter.Pull")
	yield(1)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
