package rt_test

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/drift-go/drift-toolexec/rt"
)

// functions returns a stack's functions, without their package.
func functions(t *testing.T, stack string) []string {
	t.Helper()
	lines := strings.Split(stack, "\n")
	if len(lines)%2 != 0 {
		t.Fatalf("%d lines:\n%s", len(lines), stack)
	}
	var names []string
	for i := 0; i < len(lines); i += 2 {
		if !strings.HasPrefix(lines[i+1], "\t") || !strings.Contains(lines[i+1], ".go:") {
			t.Errorf("%q is no file and line", lines[i+1])
		}
		names = append(names, path.Base(lines[i]))
	}
	return names
}

//go:noinline
func deep(n int, f func() string) string {
	if n == 0 {
		return f()
	}
	return deep(n-1, f) + ""
}

func TestStackTraceLimits(t *testing.T) {
	for _, test := range []struct{ deep, max, want int }{
		{0, 1, 1},
		{0, rt.DebugFrames, 4}, // the literal, deep, this test, testing.tRunner
		{30, rt.SpanFrames, 10},
		{30, 0, 10},
		{30, rt.DebugFrames, 20},
		{30, rt.AllFrames, 34},
		{30, -5, 34},
		{30, 34, 34},
		{30, 33, 33},
		{30, 1000, 34},
		{60, 60, 60},
		{500, rt.AllFrames, 504},
		{500, 400, 400},
	} {
		got := functions(t, deep(test.deep, func() string { return rt.StackTrace(test.max) }))
		if len(got) != test.want {
			t.Errorf("%d deep, StackTrace(%d) has %d frames, want %d: %q", test.deep, test.max, len(got), test.want, got)
		}
		if last := got[len(got)-1]; len(got) > test.deep && test.deep > 0 && test.want == test.deep+4 && last != "testing.tRunner" {
			t.Errorf("%d deep, the oldest frame is %s", test.deep, last)
		}
		if got[0] != "rt_test.TestStackTraceLimits.func1" {
			t.Errorf("%d deep, the newest frame is %s", test.deep, got[0])
		}
	}
}

type generic[T any] struct{}

func (generic[T]) stack() string { return rt.StackTrace(1) }

func inlined() string { return rt.StackTrace(2) }

func TestStackTraceNames(t *testing.T) {
	if got := functions(t, generic[map[string]testing.T]{}.stack()); got[0] != "rt_test.generic[...].stack" {
		t.Errorf("got %q", got)
	}
	if got := functions(t, inlined()); strings.Join(got, " ") != "rt_test.inlined rt_test.TestStackTraceNames" {
		t.Errorf("got %q", got)
	}
	c := make(chan string)
	go func() { c <- rt.StackTrace(rt.AllFrames) }()
	if got := functions(t, <-c); strings.Join(got, " ") != "rt_test.TestStackTraceNames.func1" {
		t.Errorf("got %q", got)
	}
	defer func() {
		recover()
		// From a panic, the frames that Go runs it with are there.
		if got := functions(t, rt.StackTrace(2)); got[1] != "runtime.gopanic" {
			t.Errorf("got %q", got)
		}
	}()
	panic("")
}

func TestStackTraceAllocates(t *testing.T) {
	// The text, and what runtime.CallersFrames returns; woven, the counters too.
	most := 2.0
	if rt.Woven() {
		most = 3
	}
	deep(30, func() string {
		if n := testing.AllocsPerRun(100, func() { rt.StackTrace(rt.SpanFrames) }); n > most {
			t.Errorf("StackTrace(10) allocates %v times", n)
		}
		return ""
	})
}

func ExampleStackTrace() {
	function, _, _ := strings.Cut(rt.StackTrace(1), "\n")
	fmt.Println(function)
	// Output: github.com/drift-go/drift-toolexec/rt_test.ExampleStackTrace
}
