package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"connectrpc.com/connect"
	"connectrpc.com/otelconnect"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/types/known/emptypb"
)

var (
	bg   = context.Background()
	both = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})
)

// remote is a caller's traceparent.
const remote = "00-11111111111111111111111111111111-2222222222222222-01"

// collecting makes the global provider one whose spans are kept.
func collecting(opts ...sdk.TracerProviderOption) *tracetest.InMemoryExporter {
	exp := tracetest.NewInMemoryExporter()
	otel.SetTracerProvider(sdk.NewTracerProvider(append(opts, sdk.WithSyncer(exp))...))
	return exp
}

// get sends a request with headers, and returns when it is answered.
func get(url string, headers ...string) {
	r, _ := http.NewRequest("GET", url, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	res.Body.Close()
}

// A service that passes ctx everywhere, with otelhttp on both sides and a sampler
// of 10 %: there is nothing to repair.
func RatioSampledService() {
	otel.SetTextMapPropagator(both)
	otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(0.1)))))
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	client := http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	srv := httptest.NewUnstartedServer(otelhttp.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, s := otel.Tracer("svc").Start(r.Context(), "work")
		defer s.End()
		req, _ := http.NewRequestWithContext(ctx, "GET", inner.URL, nil)
		res, err := client.Do(req)
		if err == nil {
			res.Body.Close()
		}
	}), "GET /"))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	ok, failed := 0, 0
	for range 100 {
		res, err := http.Get(srv.URL)
		if err != nil {
			failed++
			continue
		}
		res.Body.Close()
		ok++
	}
	fmt.Println(ok, "served,", failed, "failed")
	// Output:
	// 100 served, 0 failed
}

// A route that was taken out of tracing, called with a traceparent.
func FilteredRoute() {
	exp := collecting()
	otel.SetTextMapPropagator(propagation.TraceContext{})
	h := otelhttp.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("span in ctx:", trace.SpanContextFromContext(r.Context()).IsValid())
		_, s := otel.Tracer("app").Start(r.Context(), "db")
		s.End()
	}), "http", otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path != "/health" }))
	srv := httptest.NewServer(h)
	defer srv.Close()
	get(srv.URL+"/health", "traceparent", remote)
	for _, s := range exp.GetSpans() {
		fmt.Println(s.Name, "parent:", s.Parent.SpanID())
	}
	// Output:
	// span in ctx: false
	// db parent: 0000000000000000
}

// A public endpoint's span is a root with a link to what its caller says.
func PublicEndpoint() {
	exp := collecting()
	otel.SetTextMapPropagator(both)
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("inner: baggage %q\n", r.Header.Get("baggage"))
	}))
	defer inner.Close()
	h := otelhttp.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("baggage of r's ctx %q\n", baggage.FromContext(r.Context()))
		get(inner.URL)
	}), "public", otelhttp.WithPublicEndpointFn(func(*http.Request) bool { return true }), otelhttp.WithPropagators(propagation.TraceContext{}))
	for _, flags := range []string{"01", "00"} {
		srv := httptest.NewServer(h)
		get(srv.URL, "traceparent", remote[:53]+flags, "baggage", "role=admin")
		srv.Close()
		for _, s := range exp.GetSpans() {
			fmt.Println("root:", !s.Parent.IsValid(), "links:", len(s.Links))
		}
		exp.Reset()
	}
	// Output:
	// baggage of r's ctx ""
	// inner: baggage ""
	// root: true links: 1
	// baggage of r's ctx ""
	// inner: baggage ""
	// root: true links: 1
}

func startCacheSpan(ctx context.Context) (context.Context, trace.Span) {
	return ctx, trace.SpanFromContext(context.Background())
}

func cacheGet(ctx context.Context) {
	_, span := startCacheSpan(ctx)
	defer span.End()
	span.SetAttributes(attribute.Bool("cache.hit", false))
	span.SetStatus(codes.Error, "miss")
}

func load() {
	_, s := otel.Tracer("app").Start(bg, "load")
	s.End()
}

// A no-op span that is ended leaves the server's open, and current.
func NoopSpanInHandler() {
	exp := collecting()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cacheGet(r.Context())
		load()
		w.WriteHeader(204)
	})
	srv := httptest.NewServer(otelhttp.NewHandler(h, "GET /"))
	defer srv.Close()
	get(srv.URL)
	for _, s := range exp.GetSpans() {
		fmt.Println(s.Name, "root:", !s.Parent.IsValid(), "status:", s.Status.Code)
	}
	// Plain:
	// load root: true status: Unset
	// GET root: true status: Unset

	// Woven:
	// load root: false status: Unset
	// GET root: true status: Unset
}

// otelhttp takes the TracerProvider of the span in the request's ctx, else the
// global one.
func ProviderOfTransport() {
	appExp, auditExp := collecting(), tracetest.NewInMemoryExporter()
	audit := sdk.NewTracerProvider(sdk.WithSyncer(auditExp))
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	c := http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	_, a := audit.Tracer("audit").Start(bg, "audit", trace.WithNewRoot())
	res, err := c.Get(srv.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	res.Body.Close()
	a.End()
	for _, e := range []*tracetest.InMemoryExporter{appExp, auditExp} {
		for _, s := range e.GetSpans() {
			fmt.Println(s.Name, "root:", !s.Parent.IsValid())
		}
		fmt.Println("--")
	}
	// Output:
	// HTTP GET root: true
	// --
	// audit root: true
	// --
}

// otelconnect does not trust the caller's trace, unless it is told to.
func ConnectTrustsNobody() {
	exp := collecting()
	otel.SetTextMapPropagator(propagation.TraceContext{})
	for _, trust := range []bool{false, true} {
		var opts []otelconnect.Option
		if trust {
			opts = append(opts, otelconnect.WithTrustRemote())
		}
		ic, err := otelconnect.NewInterceptor(opts...)
		if err != nil {
			fmt.Println(err)
			return
		}
		mux := http.NewServeMux()
		mux.Handle("/a.B/C", connect.NewUnaryHandler("/a.B/C", func(ctx context.Context, r *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
			return connect.NewResponse(&emptypb.Empty{}), nil
		}, connect.WithInterceptors(ic)))
		srv := httptest.NewServer(mux)
		req, _ := http.NewRequest("POST", srv.URL+"/a.B/C", bytes.NewBufferString("{}"))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("traceparent", remote)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		for _, s := range exp.GetSpans() {
			fmt.Printf("trusting %v: %s, parent %s, %d links\n", trust, resp.Status, s.Parent.SpanID(), len(s.Links))
		}
		exp.Reset()
		srv.Close()
	}
	// Output:
	// trusting false: 200 OK, parent 0000000000000000, 1 links
	// trusting true: 200 OK, parent 2222222222222222, 0 links
}
