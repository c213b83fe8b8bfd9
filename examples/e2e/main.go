// Command e2e is a service with an endpoint for each way in which work leaves the
// goroutine of its request, and tells of each piece of work whether it found its
// way home. run.sh drives it, plain and woven.
//
//	GET /api/test-async-context   goroutines, each of which makes an HTTP call
//	GET /api/test-thread-context  a pool of three, with rt.Do and with nothing
//
// What calls /api/echo answers is the traceparent that it was sent. The answer of
// a test is JSON: see report.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/drift-go/drift-toolexec/rt"
	"github.com/gammazero/workerpool"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const calls = 6 // of each kind: twice as many as the pool has workers

// A report is what a test answers.
type report struct {
	Test     string   `json:"test"`
	Woven    bool     `json:"woven"`
	TraceID  string   `json:"trace_id"` // of the request's own span
	SpanID   string   `json:"span_id"`
	Results  []result `json:"results"`
	Explicit []result `json:"explicit_results,omitempty"` // handed over with rt.Do
	// WorkersClean says that what the same workers did next, for nobody, was
	// under no span.
	WorkersClean bool   `json:"workers_clean"`
	AllPreserved bool   `json:"all_context_preserved"` // of Results
	Status       string `json:"test_status"`           // "passed" or "failed"
}

// A result is what became of one piece of work.
type result struct {
	CallID int `json:"call_id"`
	// Preserved says that the work's span is a child of the request's, and that
	// the HTTP call that it made is one of the work's.
	Preserved    bool   `json:"trace_preserved"`
	HTTPStatus   int    `json:"http_status"`
	TraceID      string `json:"trace_id"`
	SpanID       string `json:"span_id"`
	ParentSpanID string `json:"parent_span_id"`
	StackFrames  int    `json:"stack_frames"` // as many as a span is given
}

type service struct {
	tracer trace.Tracer
	base   string // where it is served
	pool   *workerpool.WorkerPool
}

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on; port 0 picks a free one")
	flag.Parse()

	provider := sdktrace.NewTracerProvider()
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})

	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatalf("e2e: %v; give another address by -addr", err)
	}
	s := &service{
		tracer: provider.Tracer("e2e"),
		base:   "http://" + ln.Addr().String(),
		pool:   workerpool.New(3),
	}
	http.HandleFunc("GET /api/test-async-context", s.test("async", s.async))
	http.HandleFunc("GET /api/test-thread-context", s.test("thread", s.thread))
	http.HandleFunc("GET /api/echo", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Header.Get("traceparent"))
	})
	fmt.Println("listening on " + s.base)
	log.Fatal(http.Serve(ln, nil))
}

// test serves a test under a span of kind SERVER, as an instrumentation would.
func (s *service) test(name string, run func(ctx context.Context, r *report)) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		ctx, span := s.tracer.Start(req.Context(), req.Pattern, trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		sc := span.SpanContext()
		r := &report{Test: name, Woven: rt.Woven(), TraceID: sc.TraceID().String(), SpanID: sc.SpanID().String()}
		run(ctx, r)
		r.AllPreserved = all(r.Results)
		r.Status = "failed"
		if r.AllPreserved && all(r.Explicit) && r.WorkersClean {
			r.Status = "passed"
		}
		w.Header().Set("Content-Type", "application/json")
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.Encode(r)
	}
}

func all(results []result) bool {
	for _, r := range results {
		if !r.Preserved {
			return false
		}
	}
	return true
}

// async starts goroutines that are handed no context.
func (s *service) async(_ context.Context, r *report) {
	r.Results = make([]result, calls)
	var wg sync.WaitGroup
	for i := range r.Results {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r.Results[i] = s.call(context.Background(), i+1, r)
		}()
	}
	wg.Wait()
	r.WorkersClean = true // there are none: each goroutine had one call
}

// thread hands work to the pool's workers, which have served other requests
// before: with rt.Do, and as it is.
func (s *service) thread(ctx context.Context, r *report) {
	r.Explicit = make([]result, calls)
	s.submit(func(i int) {
		rt.Do(ctx, func(ctx context.Context) {
			r.Explicit[i] = s.call(ctx, i+1, r)
		})
	})
	r.Results = make([]result, calls)
	s.submit(func(i int) {
		r.Results[i] = s.call(context.Background(), i+1, r)
	})
	r.WorkersClean = s.clean()
}

// submit runs calls tasks on the pool, three at a time, and waits for them.
func (s *service) submit(task func(i int)) {
	var wg sync.WaitGroup
	for i := range calls {
		wg.Add(1)
		s.pool.Submit(func() {
			defer wg.Done()
			task(i)
		})
	}
	wg.Wait()
}

// clean reports whether what the pool's workers do for nobody is under no span:
// who submits it here is under none.
func (s *service) clean() bool {
	clean := make([]bool, calls)
	rt.Fresh(func() {
		s.submit(func(i int) {
			_, span := s.tracer.Start(context.Background(), "nobody's")
			defer span.End()
			clean[i] = !parent(span).IsValid()
		})
	})
	for _, c := range clean {
		if !c {
			return false
		}
	}
	return true
}

// call is the piece of work: a span, and in it an HTTP call with no ctx but the
// one that it was handed.
func (s *service) call(ctx context.Context, id int, r *report) result {
	ctx, span := s.tracer.Start(ctx, "call", trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	sc := span.SpanContext()
	res := result{
		CallID:       id,
		TraceID:      sc.TraceID().String(),
		SpanID:       sc.SpanID().String(),
		ParentSpanID: parent(span).SpanID().String(),
		StackFrames:  strings.Count(rt.StackTrace(rt.SpanFrames), "\n\t"),
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/api/echo", nil)
	if err != nil {
		return res
	}
	// As the user of an instrumented client has it: woven, the headers are there
	// without that too.
	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return res
	}
	defer resp.Body.Close()
	echo, err := io.ReadAll(resp.Body)
	if err != nil {
		return res
	}
	res.HTTPStatus = resp.StatusCode
	sent := propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier{"traceparent": string(echo)})
	got := trace.SpanContextFromContext(sent)
	res.Preserved = sc.IsValid() && got.TraceID() == sc.TraceID() && got.SpanID() == sc.SpanID() &&
		res.TraceID == r.TraceID && res.ParentSpanID == r.SpanID
	return res
}

// parent returns the span context of a span's parent, an invalid one for a root.
func parent(span trace.Span) trace.SpanContext {
	if s, ok := span.(sdktrace.ReadOnlySpan); ok {
		return s.Parent()
	}
	return trace.SpanContext{}
}
