package cases

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
)

func init() {
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
}

func ask(b *testing.B, c *http.Client, url string) {
	b.ReportAllocs()
	for range b.N {
		resp, err := c.Get(url)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// both asks over one kept connection, both ends in this process. A header more
// costs net/http two allocations to read, whoever sends it.
func both(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	b.ResetTimer()
	ask(b, srv.Client(), srv.URL)
}

func BenchmarkHTTPRequestUnderSpan(b *testing.B) { under(b, func() { both(b) }) }

func BenchmarkHTTPRequestNoSpan(b *testing.B) { both(b) }

// The client's end: what answers does not look at headers.
func BenchmarkHTTPClientUnderSpan(b *testing.B) {
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
	under(b, func() { ask(b, &http.Client{Transport: tr}, "http://"+l.Addr().String()) })
}

// The server's end: a request that says where it came from, in plain too.
func BenchmarkHTTPServeRemote(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
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
