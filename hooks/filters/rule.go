// Package filters hooks the instrumentations that let the program decline a
// request: by a filter, a skipper or a list of paths. What a web server is sent
// says whose request it is, and without an instrumentation that is current in the
// handler. Where one has seen the request and declined it, that is the program's
// answer: nothing is current in what serves it. What it spells out in its ctx
// holds, as ever: otelgrpc's stats handler puts the caller's span there whether it
// declines the call or not, so that needs no rule.
//
// What a filter of a client's declines is not in here: its ctx decides.
package filters

import (
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	const contrib = "go.opentelemetry.io/contrib/instrumentation/"
	ruleFor := func(pkg, module string, tried []string, patches ...rule.Patch) *rule.Rule {
		return &rule.Rule{
			Name:    "filters",
			Doc:     "a request that the program has the instrumentation decline: nothing is current in what serves it",
			Package: pkg,
			Module:  module,
			Tried:   tried,
			Patches: patches,
		}
	}
	// declined patches the call of what serves a declined request: the last
	// statement but a return of the function around it.
	declined := func(in, stmt string) rule.Patch {
		return rule.Patch{
			Doc:  "nothing is current in what serves a declined request",
			In:   in,
			Kind: rule.Before,
			Stmt: stmt,
			Code: "defer driftDetach(driftAttach(nil))",
		}
	}
	within := func(p rule.Patch, stmt string) rule.Patch { p.Within = stmt; return p }
	since := func(p rule.Patch, version string) rule.Patch { p.Since = version; return p }
	until := func(p rule.Patch, version string) rule.Patch { p.Until = version; return p }

	const (
		otelhttp    = contrib + "net/http/otelhttp"
		otelgin     = contrib + "github.com/gin-gonic/gin/otelgin"
		otelmux     = contrib + "github.com/gorilla/mux/otelmux"
		otelecho    = contrib + "github.com/labstack/echo/otelecho"
		otelgrpc    = contrib + "google.golang.org/grpc/otelgrpc"
		otelchi     = "github.com/riandyrn/otelchi"
		otelconnect = "connectrpc.com/otelconnect"
		gozero      = "github.com/zeromicro/go-zero"
	)
	return []*rule.Rule{
		ruleFor(otelhttp, otelhttp, []string{"v0.49.0", "v0.71.0", "v0.72.0"},
			within(declined("(*middleware).serveHTTP", "next.ServeHTTP(w, r)"), "if !f(r) {")),
		ruleFor(otelgin, otelgin, []string{"v0.49.0", "v0.65.0"},
			within(declined("Middleware", "c.Next()"), "if !f(c.Request)"),
			since(within(declined("Middleware", "c.Next()"), "if !f(c) "), "v0.54.0")),
		ruleFor(otelmux, otelmux, []string{"v0.49.0", "v0.58.0"},
			declined("traceware.ServeHTTP", "tw.handler.ServeHTTP(w, r)")),
		ruleFor(otelecho, otelecho, []string{"v0.51.0", "v0.60.0"},
			declined("Middleware", "return next(c)")),
		ruleFor(otelgrpc, otelgrpc, []string{"v0.49.0", "v0.60.0", "v0.72.0"},
			until(declined("UnaryServerInterceptor", "return handler(ctx, req)"), "v0.61.0"),
			until(declined("StreamServerInterceptor", "return handler(srv, "), "v0.62.0")),
		ruleFor(otelchi, otelchi, []string{"v0.12.1", "v0.12.2"},
			declined("traceware.ServeHTTP", "tw.handler.ServeHTTP(w, r)")),
		// For version 1 of connect, which v0.11 did without, and for version 2.
		ruleFor(otelconnect, otelconnect, []string{"v0.7.1", "v0.10.0", "v0.11.0", "v0.12.0"},
			until(declined("(*Interceptor).WrapUnary", "return next(ctx, request)"), "v0.11.0"),
			since(declined("(*Interceptor).WrapUnary", "return next(ctx, request)"), "v0.12.0"),
			until(declined("(*Interceptor).WrapStreamingHandler", "return next(ctx, conn)"), "v0.11.0"),
			since(declined("(*Interceptor).WrapStreamingHandler", "return next(ctx, conn)"), "v0.12.0"),
			since(declined("(*interceptor).serveServer", "return next(ctx, spec, stream)"), "v0.11.0")),
		ruleFor(gozero+"/rest/handler", gozero, []string{"v1.9.2", "v1.10.3"},
			declined("TraceHandler", "next.ServeHTTP(w, r)")),
	}
}
