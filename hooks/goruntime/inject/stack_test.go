package inject

import (
	"strings"
	"testing"
)

func TestHelper(t *testing.T) {
	was := driftInjected
	t.Cleanup(func() { driftInjected = was })
	driftInjected = []string{"runtime", "net/http", "go.opentelemetry.io/otel/sdk/trace", "github.com/nats-io/nats.go"}
	for name, want := range map[string]bool{
		"runtime.driftMark": true,
		"runtime.main":      true,
		"runtime.goexit":    true,
		"github.com/drift-go/drift-toolexec/rt.Do[...].func1":            true,
		"github.com/drift-go/drift-toolexec/rt.(*Group).Go":              true,
		"go.opentelemetry.io/otel/sdk/trace.driftStacked":                true,
		"go.opentelemetry.io/otel/sdk/trace.(*recordingSpan).driftEnded": true,
		"net/http.driftServed.over":                                      true,
		"net/http.(*driftServed).over":                                   true,
		"main._drift_bind__.func1":                                       true,
		"example.com/app._drift_under__":                                 true,

		"runtime.gopanic":                                              false,
		"runtime.drifting":                                             false,
		"net/http.drift":                                               false,
		"main.driftMark":                                               false,
		"main.main":                                                    false,
		"main.(*App)._drift_x":                                         false,
		"net/http/drift.driftMark":                                     false,
		"example.com/drift/shop.Sell":                                  false,
		"example.com/drift/shop.driftSell":                             false,
		"example.com/drift/shop.(*driftShop).Sell":                     false,
		"example.com/mydrift.Drift":                                    false,
		"example.com/_drift_/shop.Sell":                                false,
		"github.com/drift-go/drift-toolexec/rt_test.Test":              false,
		"github.com/drift-go/drift-toolexec/rt/x.F":                    false,
		"example.com/github.com/drift-go/drift-toolexec/rt.F":          false,
		"example.com/app.F[go.opentelemetry.io/otel/sdk/trace.driftX]": false,
		"": false,
	} {
		if got := driftHelper(name); got != want {
			t.Errorf("driftHelper(%q) is %t", name, got)
		}
	}
}

func TestStack(t *testing.T) {
	var deep func(n int, f func() string) string
	deep = func(n int, f func() string) string {
		if n == 0 {
			return f()
		}
		return deep(n-1, f)
	}
	count := func(s string) int {
		if s == "" {
			return 0
		}
		return (strings.Count(s, "\n") + 1) / 2
	}
	for _, test := range []struct{ deep, limit, want int }{
		{0, 0, 0}, {0, 1, 1}, {30, 10, 10}, {30, 20, 20}, {30, -1, 34}, {30, 34, 34}, {30, 100, 34}, {300, -1, 304}, {300, 250, 250},
	} {
		s := deep(test.deep, func() string { return driftStack(test.limit, nil) })
		if got := count(s); got != test.want {
			t.Errorf("%d deep, %d asked for: %d frames:\n%s", test.deep, test.limit, got, s)
		}
	}
	// On top alone.
	const pkg = "github.com/drift-go/drift-toolexec/hooks/goruntime/inject."
	s := deep(2, func() string { return driftStack(-1, []string{pkg + "TestStack.func4", "testing.tRunner"}) })
	if !strings.HasPrefix(s, pkg+"TestStack.func1\n") || !strings.Contains(s, "\ntesting.tRunner\n") {
		t.Errorf("got\n%s", s)
	}
}

func TestParseFrames(t *testing.T) {
	for s, want := range map[string]int32{"": 0, "0": 0, "10": 10, "007": 7, "-1": -1, "ten": -1, "10 ": -1, "1e3": -1, "99999999999": -1} {
		n, ok := driftParseFrames(s)
		if ok != (want >= 0) || ok && n != want {
			t.Errorf("%q is %d, %t", s, n, ok)
		}
	}
}
