// Command hello is a small HTTP service. No function of its own but main is
// handed a context.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"

	"example.com/hello/greeting"
	"example.com/hello/tree"
)

// version is set by a file that Bazel generates.
var version = "devel"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	spans := &tree.Exporter{}
	otel.SetTracerProvider(trace.NewTracerProvider(trace.WithSyncer(spans)))

	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "hello:", err)
		os.Exit(1)
	}
	go http.Serve(ln, http.HandlerFunc(hello))
	fmt.Printf("hello %s on http://%s\n", version, ln.Addr())
	<-ctx.Done()
	fmt.Print(spans)
}

func hello(w http.ResponseWriter, r *http.Request) {
	_, span := otel.Tracer("hello").Start(r.Context(), r.Method+" "+r.URL.Path)
	defer span.End()
	text := make(chan string)
	go func() { text <- greeting.Text("world") }()
	fmt.Fprintln(w, <-text)
	sent := make(chan bool)
	time.AfterFunc(0, func() {
		audit()
		close(sent)
	})
	<-sent
}

func audit() {
	_, span := otel.Tracer("hello").Start(context.Background(), "audit")
	defer span.End()
}
