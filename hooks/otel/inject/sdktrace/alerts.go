package trace

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func init() {
	driftIO = driftSeen
	driftTold = driftAlertsTold
}

// driftWatched is what is known of I/O done under a span of kind SERVER or
// CONSUMER. The INTERNAL spans beneath it have it too, and so have the CLIENT
// and PRODUCER ones, which are counted: as long as one is open, it may be the
// one that sees the I/O, wherever its library keeps it.
type driftWatched struct {
	span   *recordingSpan
	open   int32  // CLIENT and PRODUCER spans beneath; atomic
	raised uint32 // a bit for each operation, all of them once span has ended; atomic
}

func driftOpName(op uint32) string {
	switch op {
	case driftOpDial:
		return "dial"
	case driftOpWrite:
		return "write"
	}
	return "resolve"
}

func driftWatchAt(s *recordingSpan) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Pointer(&s.driftWatch))
}

// driftWatchStart gives a span that just started what is watched under it.
func driftWatchStart(s *recordingSpan, parent trace.Span, newRoot bool) {
	switch s.spanKind {
	case trace.SpanKindServer, trace.SpanKindConsumer:
		s.driftWatch = &driftWatched{span: s}
		return
	}
	p, ok := parent.(*recordingSpan)
	if !ok || p == nil || newRoot {
		return
	}
	w := (*driftWatched)(atomic.LoadPointer(driftWatchAt(p)))
	if w == nil {
		return
	}
	switch s.spanKind {
	case trace.SpanKindClient, trace.SpanKindProducer:
		atomic.AddInt32(&w.open, 1)
	}
	s.driftWatch = w
}

// driftWatchEnd takes that away again, of a span whose End was called, and maybe
// not for the first time.
func driftWatchEnd(s *recordingSpan) {
	w := (*driftWatched)(atomic.SwapPointer(driftWatchAt(s), nil))
	switch {
	case w == nil:
	case w.span == s:
		atomic.StoreUint32(&w.raised, ^uint32(0))
	case s.spanKind == trace.SpanKindClient, s.spanKind == trace.SpanKindProducer:
		atomic.AddInt32(&w.open, -1)
	}
}

// raise sets an operation's bit. False means that it was set.
func (w *driftWatched) raise(op uint32) bool {
	for {
		had := atomic.LoadUint32(&w.raised)
		if had&op != 0 {
			return false
		}
		if atomic.CompareAndSwapUint32(&w.raised, had, had|op) {
			return true
		}
	}
}

// driftSeen is told of an operation about to be done. The goroutine is to have a
// current span: what a ctx says of a goroutine without one, a connection pool's
// say, tells nothing of who waits for the I/O.
func driftSeen(op uint32, ctx any, address any) {
	s, ok := driftCurrentSpan().(*recordingSpan)
	if !ok {
		return
	}
	if _, ok := ctx.(context.Context); ok {
		if s, ok = driftSent(ctx).(*recordingSpan); !ok {
			return
		}
	}
	w := (*driftWatched)(atomic.LoadPointer(driftWatchAt(s)))
	if w == nil || atomic.LoadInt32(&w.open) != 0 || atomic.LoadUint32(&w.raised)&op != 0 {
		return
	}
	stack := driftStack(-1, nil)
	function := driftCallerOf(stack)
	if function == "" || !w.raise(op) {
		return
	}
	a := &driftAlert{span: w.span, operation: driftOpName(op), function: function, stack: stack}
	switch to := address.(type) {
	case string:
		a.address = to
	case interface{ String() string }:
		a.address = to.String()
	}
	a.module, a.version = driftModule(driftPackage(function))
	w.span.AddEvent("drift.unpatched", trace.WithAttributes(append(a.attributes(),
		attribute.String("drift.address", a.address),
		attribute.String("code.function.name", a.function),
		attribute.String("code.stacktrace", a.stack))...))
	a.queue()
}

// driftCallerOf returns the function of a stack that called the standard library.
// That is empty where there is none, or the I/O is OpenTelemetry's own: an
// exporter's, or that of the resolver's connection to a name server.
func driftCallerOf(stack string) (function string) {
	modules := driftModules()
	for len(stack) > 0 {
		var name string
		name, stack, _ = strings.Cut(stack, "\n")
		_, stack, _ = strings.Cut(stack, "\n") // file and line
		pkg := driftPackage(name)
		if driftWithin(pkg, driftSDK) || driftWithin(pkg, "go.opentelemetry.io/otel/exporters") || name == "net.(*Resolver).exchange" {
			return ""
		}
		if function == "" && !driftWithin(pkg, "go.opentelemetry.io") && !driftStd(pkg, modules) {
			function = name
		}
	}
	return function
}

const driftSDK = "go.opentelemetry.io/otel/sdk"

// driftWithin reports whether a package is at or below a path.
func driftWithin(pkg, path string) bool {
	return strings.HasPrefix(pkg, path) && (len(pkg) == len(path) || pkg[len(path)] == '/')
}

// driftPackage returns the path of a function's package. In symbols, a dot in
// the last element is %2e.
func driftPackage(function string) string {
	if i := strings.IndexByte(function, '['); i >= 0 {
		function = function[:i] // type arguments
	}
	slash := strings.LastIndexByte(function, '/') + 1
	if dot := strings.IndexByte(function[slash:], '.'); dot >= 0 {
		function = function[:slash+dot]
	}
	return strings.ReplaceAll(function, "%2e", ".")
}

// driftStd reports whether a package is Go's own. The first element of such a path
// has no dot, which a module's need not have either.
func driftStd(pkg, modules string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	if strings.Contains(first, ".") || pkg == "main" {
		return false
	}
	module, _ := driftFindModule(pkg, modules)
	return module == ""
}

// driftModule returns the module that a package is of, and its version.
func driftModule(pkg string) (module, version string) { return driftFindModule(pkg, driftModules()) }

func driftFindModule(pkg, modules string) (module, version string) {
	pkg = strings.TrimSuffix(pkg, "_test")
	for _, line := range strings.Split(modules, "\n") {
		f := strings.Split(line, "\t")
		switch {
		case len(f) < 3 || f[0] != "mod" && f[0] != "dep":
		case f[0] == "mod" && pkg == "main", driftWithin(pkg, f[1]) && len(f[1]) > len(module):
			module, version = f[1], f[2]
		}
	}
	return module, version
}

// driftAlert is an alert that was raised.
type driftAlert struct {
	span                                                 *recordingSpan
	operation, address, module, version, function, stack string
	delivered                                            sync.Mutex // held until then
}

func (a *driftAlert) attributes() []attribute.KeyValue {
	return []attribute.KeyValue{attribute.String("drift.operation", a.operation), attribute.String("drift.module", a.module)}
}

// driftAlertsMost is how many alerts may wait to be delivered.
const driftAlertsMost = 256

// driftQueue holds the alerts that wait. They are delivered on a goroutine of
// their own, one after the other: whoever does the I/O may hold a lock that the
// logger wants, as one does that logs over a connection. The goroutine ends when
// there are none.
var driftQueue struct {
	sync.Mutex
	waiting []*driftAlert
	last    *driftAlert // raised last, if not delivered
	busy    bool
	lost    int
}

func (a *driftAlert) queue() {
	q := &driftQueue
	q.Lock()
	defer q.Unlock()
	if len(q.waiting) == driftAlertsMost {
		q.lost++
		return
	}
	a.delivered.Lock()
	q.waiting, q.last = append(q.waiting, a), a
	if !q.busy {
		q.busy = true
		go driftDeliverAlerts()
	}
}

func driftDeliverAlerts() {
	q := &driftQueue
	for {
		q.Lock()
		if len(q.waiting) == 0 {
			q.busy, q.waiting = false, nil
			q.Unlock()
			return
		}
		a, lost := q.waiting[0], q.lost
		q.waiting[0] = nil
		q.waiting, q.lost = q.waiting[1:], 0
		q.Unlock()
		if lost > 0 {
			driftContain("a slog handler", func() {
				driftLogWarning(context.Background(), "drift: alerts came faster than they could be delivered", "lost", lost)
			})
		}
		a.deliver()
		q.Lock()
		if q.last == a {
			q.last = nil
		}
		q.Unlock()
		a.delivered.Unlock()
	}
}

// driftAlertsTold is driftTold.
func driftAlertsTold() {
	driftQueue.Lock()
	a := driftQueue.last
	driftQueue.Unlock()
	if a != nil {
		a.delivered.Lock()
		defer a.delivered.Unlock()
	}
}

func (a *driftAlert) deliver() {
	sc := a.span.SpanContext()
	// A logger may want the span. Nothing is current here.
	ctx := trace.ContextWithSpanContext(context.Background(), sc)
	driftContain("a slog handler", func() {
		driftLogWarning(ctx, "I/O that no instrumentation sees",
			"trace_id", sc.TraceID().String(), "span_id", sc.SpanID().String(),
			"operation", a.operation, "address", a.address, "module", a.module, "function", a.function, "stack", a.stack)
	})
	if driftCount != nil {
		driftContain("a meter", func() { driftCount(ctx, trace.NewEventConfig(trace.WithAttributes(a.attributes()...))) })
	}
	if driftTell != nil {
		driftTell(sc, a.operation, a.address, a.module, a.version, a.function, a.stack)
	}
}

// driftLogWarning logs a warning, on stderr if the program has no log/slog.
func driftLogWarning(ctx context.Context, msg string, args ...any) {
	if driftWarn != nil {
		driftWarn(ctx, msg, args)
		return
	}
	line := "WARN " + msg
	for i := 0; i+1 < len(args); i += 2 {
		line += fmt.Sprintf(" %v=%q", args[i], fmt.Sprint(args[i+1]))
	}
	fmt.Fprintln(os.Stderr, line)
}

// driftContain calls a func that is the user's, or may call such: its panic or
// runtime.Goexit ends there.
func driftContain(what string, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if v := recover(); v != nil {
				fmt.Fprintf(os.Stderr, "drift: %s panicked over an alert: %v\n", what, v)
			}
		}()
		f()
	}()
	<-done
}
