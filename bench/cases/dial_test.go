package cases

import (
	"context"
	"io"
	"net"
	"testing"
)

// pipe accepts connections and reads them until they are closed.
func pipe(b *testing.B) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { io.Copy(io.Discard, c); c.Close() }()
		}
	}()
	return l
}

// BenchmarkDialRefused dials without a connection coming about: all of Dial,
// and as little of the system's as can be.
func BenchmarkDialRefused(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var d net.Dialer
	b.ReportAllocs()
	for range b.N {
		if c, err := d.DialContext(ctx, "tcp", "127.0.0.1:1"); err == nil {
			c.Close()
		}
	}
}

// BenchmarkConnWrite writes to a connection.
func BenchmarkConnWrite(b *testing.B) {
	c, err := net.Dial("tcp", pipe(b).Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	p := make([]byte, 64)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if _, err := c.Write(p); err != nil {
			b.Fatal(err)
		}
	}
}
