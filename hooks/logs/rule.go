// Package logs hooks the log handlers, bridges and middlewares that ask a ctx for
// its span, to write its IDs to the log or the log to it. Where the ctx was never
// given a span, they are told of the one that is current on the goroutine, by a view,
// as own code is: whoever logs there logs on its behalf. What they do to it but end
// it, an event or a status, goes through.
//
// What logs through OpenTelemetry's SDK for logs needs no rule: the SDK itself asks.
package logs

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	ruleFor := func(pkg, module string, tried []string, funcs ...string) *rule.Rule {
		r := &rule.Rule{
			Name:    "logs",
			Doc:     "what is logged with a ctx without a span has the current one's IDs",
			Package: pkg,
			Module:  module,
			Tried:   tried,
		}
		if len(funcs) == 0 {
			r.Asks = []rule.Target{{Func: pkg}}
		}
		for _, f := range funcs {
			r.Asks = append(r.Asks, rule.Target{Func: pkg + "." + f})
		}
		return r
	}
	const (
		uptrace = "github.com/uptrace/opentelemetry-go-extra/"
		samber  = "github.com/samber/"
		kratos  = "github.com/go-kratos/kratos/v2"
		gozero  = "github.com/zeromicro/go-zero"
	)
	whole := func(module string, tried ...string) *rule.Rule { return ruleFor(module, module, tried) }
	return []*rule.Rule{
		whole("github.com/remychantenay/slog-otel", "v1.3.0", "v1.3.4"),
		whole("github.com/go-slog/otelslog", "v0.1.0", "v0.3.0"),
		whole("github.com/veqryn/slog-context/otel", "v0.8.0", "v0.9.0"),
		whole(uptrace+"otelzap", "v0.2.3", "v0.3.2"),
		whole(uptrace+"otellogrus", "v0.2.3", "v0.3.2"),
		// Middlewares that log requests.
		whole(samber+"slog-chi", "v1.11.1"),
		whole(samber+"slog-echo", "v1.8.0", "v1.16.1"),
		whole(samber+"slog-gin", "v1.10.0", "v1.21.0"),
		whole(samber+"slog-http", "v1.12.1"),
		// Frameworks, in the functions whose results they log.
		ruleFor(kratos+"/middleware/tracing", kratos, []string{"v2.8.3"}, "TraceID", "SpanID"),
		ruleFor(gozero+"/internal/trace", gozero, []string{"v1.9.2", "v1.10.3"}, "SpanIDFromContext", "TraceIDFromContext"),
	}
}
