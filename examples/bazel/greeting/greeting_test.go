package greeting

import (
	"context"
	"os"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"

	"example.com/hello/tree"
)

func TestText(t *testing.T) {
	want, err := os.ReadFile("testdata/want.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := Text("world"); got != strings.TrimSpace(string(want)) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTrace holds woven: plain, there are two roots.
func TestTrace(t *testing.T) {
	spans := &tree.Exporter{}
	otel.SetTracerProvider(trace.NewTracerProvider(trace.WithSyncer(spans)))
	_, span := otel.Tracer("test").Start(context.Background(), "request")
	done := make(chan bool)
	go func() {
		Text("world")
		close(done)
	}()
	<-done
	span.End()
	if got, want := spans.String(), "request\n  greeting.Text\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
