package cases

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

func init() {
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
}

// ask has the headers written by weaving or, in the cases whose ctx has a span,
// by hand, as plain Go has to do what weaving does.
func ask(b *testing.B, ctx context.Context, c *http.Client, url string) {
	b.ReportAllocs()
	for range b.N {
		req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
		if err != nil {
			b.Fatal(err)
		}
		if ctx != bg {
			otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
		}
		resp, err := c.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// both asks over one kept connection, both ends in this process. A header more
// costs net/http two allocations to read, whoever sends it.
func both(b *testing.B, ctx context.Context) {
	srv := httptest.NewServer(handler(ctx != bg))
	defer srv.Close()
	b.ResetTimer()
	ask(b, ctx, srv.Client(), srv.URL)
}

// handler does nothing but, by hand, ask where its request came from.
func handler(byHand bool) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		if byHand {
			ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
			if !trace.SpanContextFromContext(ctx).IsValid() {
				panic("no span")
			}
		}
	}
}

// withSpan returns a context that holds a span, which is not current.
func withSpan() context.Context {
	var ctx context.Context
	done := make(chan bool)
	go func() {
		ctx, _ = recording.Start(bg, "by hand")
		close(done)
	}()
	<-done
	return ctx
}

func BenchmarkHTTPRequestUnderSpan(b *testing.B) { under(b, func() { both(b, bg) }) }

func BenchmarkHTTPRequestNoSpan(b *testing.B) { both(b, bg) }

func BenchmarkHTTPRequestByHand(b *testing.B) { both(b, withSpan()) }

// The client's end: what answers does not look at headers.
func BenchmarkHTTPClientUnderSpan(b *testing.B) { under(b, func() { client(b, bg) }) }

func BenchmarkHTTPClientByHand(b *testing.B) { client(b, withSpan()) }

func client(b *testing.B, ctx context.Context) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		br := bufio.NewReader(c)
		for {
			line, err := br.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) == 2 {
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			}
		}
	}()
	tr := &http.Transport{}
	defer tr.CloseIdleConnections()
	b.ResetTimer()
	ask(b, ctx, &http.Client{Transport: tr}, "http://"+l.Addr().String())
}

// The server's end: a request that says where it came from, in plain too.
func BenchmarkHTTPServeRemote(b *testing.B) { serve(b, false) }

func BenchmarkHTTPServeByHand(b *testing.B) { serve(b, true) }

func serve(b *testing.B, byHand bool) {
	srv := httptest.NewServer(handler(byHand))
	defer srv.Close()
	c, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	br := bufio.NewReader(c)
	request := "GET / HTTP/1.1\r\nHost: x\r\ntraceparent: 00-" + strings.Repeat("1", 32) + "-" + strings.Repeat("2", 16) + "-01\r\n\r\n"
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		io.WriteString(c, request)
		for {
			line, err := br.ReadSlice('\n')
			if err != nil {
				b.Fatal(err)
			}
			if len(line) == 2 {
				break
			}
		}
	}
}
