// Package kafka is a broker for a script's program, and what it shows of the
// records.
package kafka

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"sort"
	"strings"
	"sync"

	"example.com/x/trees"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Start starts the broker, which has the topics of one partition each. It is a
// process of its own, whose client does not raise the release of the program's.
func Start(topics ...string) (addr string, stop func()) {
	cmd := exec.Command("./kfake", topics...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		panic(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		panic(err)
	}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	addr, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(addr), func() {
		in.Close()
		cmd.Wait()
	}
}

var (
	mu    sync.Mutex
	names = map[trace.SpanID]string{}
)

// Under runs f in a span, which Received knows the name of; in none, if it has
// no name.
func Under(name string, f func(ctx context.Context)) {
	if name == "" {
		f(trees.Bg)
		return
	}
	ctx, span := trees.Tracer.Start(trees.Bg, name)
	defer span.End()
	mu.Lock()
	names[span.SpanContext().SpanID()] = name
	mu.Unlock()
	f(ctx)
}

// Both runs f in the spans A and B, live at the same time on goroutines of their
// own, and meanwhile, once f is through in both, over.
func Both(f func(name string), over func()) {
	var handed, ended sync.WaitGroup
	handed.Add(2)
	ended.Add(2)
	end := make(chan bool)
	for _, name := range []string{"A", "B"} {
		name := name
		go func() {
			defer ended.Done()
			Under(name, func(context.Context) {
				f(name)
				handed.Done()
				<-end
			})
		}()
	}
	handed.Wait()
	over()
	close(end)
	ended.Wait()
}

// Header is a header of a record.
type Header struct{ Key, Value string }

// Received starts a span for a record as consumers do: what its headers say is
// extracted by hand. It returns what they say: the name of the span, and of each
// other header the key.
func Received(value string, headers []Header) string {
	carrier := propagation.MapCarrier{}
	said := "no span"
	for _, h := range headers {
		if h.Key != "traceparent" {
			said += ", " + h.Key
			continue
		}
		if carrier[h.Key] != "" {
			said += ", another span"
		}
		carrier[h.Key] = h.Value
		ctx := propagation.TraceContext{}.Extract(trees.Bg, carrier)
		mu.Lock()
		name := names[trace.SpanContextFromContext(ctx).SpanID()]
		mu.Unlock()
		if name == "" {
			name = h.Value
		}
		said = "span " + name + said[len("no span"):]
	}
	ctx := otel.GetTextMapPropagator().Extract(trees.Bg, carrier)
	_, span := trees.Tracer.Start(ctx, "consume "+value)
	span.End()
	return "record " + value + ": " + said
}

// Print prints what was received, sorted, and the forest. Like lines in a row
// are one, with their number.
func Print(received []string) {
	counts := map[string]int{}
	for _, line := range received {
		counts[line]++
	}
	for _, line := range sorted(counts) {
		fmt.Printf("%d x %s\n", counts[line], line)
	}
	lines := strings.SplitAfter(trees.Forest(), "\n")
	for i := 0; i < len(lines); {
		n := i
		for n < len(lines) && lines[n] == lines[i] {
			n++
		}
		line := lines[i]
		if n-i > 1 {
			name := strings.TrimLeft(line, " ")
			line = fmt.Sprintf("%s%d x %s", line[:len(line)-len(name)], n-i, name)
		}
		fmt.Print(line)
		i = n
	}
}

func sorted(counts map[string]int) []string {
	var lines []string
	for line := range counts {
		lines = append(lines, line)
	}
	sort.Strings(lines)
	return lines
}
