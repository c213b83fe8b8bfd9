// Package otel weaves the ambient context into OpenTelemetry itself: the
// context's span and baggage fall back to the slot, and the SDK gives every
// span an activation and marks it when the span ends.
package otel

import (
	_ "embed" // for the injected files

	"github.com/drift-go/drift-toolexec/hooks/goruntime"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/trace/current.go
var traceCurrent []byte

//go:embed inject/trace/activations.go
var traceFrames []byte

//go:embed inject/trace/switchboard.go
var traceSwitchboard []byte

//go:embed inject/noop/noop.go
var noopSpans []byte

//go:embed inject/trace/message.go
var traceMessage []byte

//go:embed inject/sdktrace/activations.go
var sdkFrames []byte

//go:embed inject/sdktrace/view.go
var sdkView []byte

//go:embed inject/sdktrace/alerts.go
var sdkAlerts []byte

//go:embed inject/otel/alerts.go
var otelAlerts []byte

//go:embed inject/baggage/ambient.go
var baggageAmbient []byte

//go:embed inject/pubbaggage/ask.go
var baggageAsk []byte

//go:embed inject/propagation/wire.go
var propagationWire []byte

//go:embed inject/otel/propagator.go
var otelPropagator []byte

// Module is the path all patched packages lie under.
const Module = "go.opentelemetry.io/otel"

// tried is what the rules were tried on; each has a script.
var tried = []string{"v1.24.0", "v1.30.0", "v1.38.0", "v1.47.0"}

// Rules returns the hook's rules.
func Rules() []*rule.Rule {
	return []*rule.Rule{
		traceRule(), noopRule(), sdkRule(), baggageRule(), publicBaggageRule(), propagationRule(), otelRule(),
		logRule(), exemplarRule(),
	}
}

func traceRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "own code that asks a ctx without a span gets a view of the span that is current on this goroutine",
		Package: Module + "/trace",
		Module:  Module,
		Tried:   tried,
		Patches: []rule.Patch{
			{
				Doc:  "a span taken out of a ctx is an answer, not a gap",
				In:   "ContextWithSpan",
				Kind: rule.Entry,
				Code: "if span == nil { return context.WithValue(parent, currentSpanKey, driftTakenOut{}) }",
			},
			{
				Doc:  "extract a remote span into its activation",
				In:   "ContextWithSpanContext",
				Kind: rule.Before,
				Stmt: "return ContextWithSpan(",
				Code: "if _, ok := parent.(driftBlank); ok { return driftFilled(sc) }",
			},
		},
		Files: []rule.File{
			{Name: "activation.go", Body: goruntime.Activation},
			{Name: "current.go", Body: traceCurrent},
			{Name: "activations.go", Body: traceFrames},
			{Name: "switchboard.go", Body: traceSwitchboard},
			{Name: "message.go", Body: traceMessage},
		},
	}
}

func noopRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "a no-op tracer's End does not end the span that it hands back",
		Package: Module + "/trace/noop",
		Module:  Module,
		Tried:   tried,
		Patches: []rule.Patch{{
			Doc:  "hand back a view",
			In:   "Tracer.Start",
			Kind: rule.Before,
			Stmt: "return ctx, span",
			Code: "span = driftBorrowed(span)",
		}},
		Files: []rule.File{{Name: "noop.go", Body: noopSpans}},
	}
}

func sdkRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "a span started from a ctx without a span is a child of the current one; every span has an activation, which its End marks ended",
		Package: Module + "/sdk/trace",
		Module:  Module,
		Tried:   tried,
		Patches: []rule.Patch{
			{
				Doc:  "a recording span's activation",
				In:   "recordingSpan",
				Kind: rule.Field,
				Code: "drift *driftActive; driftWatch *driftWatched",
			},
			{
				Doc:  "a dropped span's activation",
				In:   "nonRecordingSpan",
				Kind: rule.Field,
				Code: "drift *driftActive",
			},
			{
				// Sampler, processors and links see what they would had the
				// ctx been handed on.
				Doc:  "start from the current span where ctx is a gap",
				In:   "(*tracer).Start",
				Kind: rule.After,
				Stmt: "config := trace.NewSpanStartConfig(options...)",
				Code: "driftFrom := driftGiven(ctx); ctx, driftUnder := driftParent(tr.provider, ctx, &config, options)",
			},
			{
				// Before any processor sees the span.
				Doc:  "give the span its frame, and the stack of who starts it",
				In:   "(*tracer).Start",
				Kind: rule.After,
				Stmt: "s := tr.newSpan(ctx, name, &config)",
				Code: "driftStart(tr, driftFrom, ctx, driftUnder, &config, s)",
			},
			{
				Doc:  "have the call site know the span",
				In:   "(*tracer).Start",
				Kind: rule.Return,
				Stmt: "return",
				Code: "driftReturn($)",
			},
			{
				Doc:  "a dropped span is one object with its activation",
				In:   "(*tracer).newSpan",
				Kind: rule.Return,
				Stmt: "return tr.newNonRecordingSpan(",
				Code: "driftBoxed($)",
			},
			{
				// End calls recover(): it stays the deferred function itself.
				Doc:  "mark a recording span's activation",
				In:   "(*recordingSpan).End",
				Kind: rule.After,
				Stmt: "et :=",
				Code: "s.driftEnded()",
			},
			{
				Doc:  "mark a dropped span's activation",
				In:   "nonRecordingSpan.End",
				Kind: rule.Empty,
				Code: "func (s nonRecordingSpan) End(...trace.SpanEndOption) { s.driftEnded() }",
			},
			{
				// A deferred func would be one more between a panic and the
				// End that recovers it: a processor that panics leaves this
				// goroutine under nothing.
				Doc:  "what processes an ended span is not on behalf of whoever ended it",
				In:   "(*recordingSpan).End",
				Kind: rule.Before,
				Stmt: "for _, sp := range sps {",
				Code: "driftOld, driftWas := driftAttach(nil)",
			},
			{
				Doc:  "and after that all is as it was",
				In:   "(*recordingSpan).End",
				Kind: rule.After,
				Stmt: "for _, sp := range sps {",
				Code: "driftDetach(driftOld, driftWas)",
			},
			{
				Doc:  "nor is a flush on behalf of who asks for it",
				In:   "(*TracerProvider).ForceFlush",
				Kind: rule.Entry,
				Code: "defer driftDetach(driftAttach(nil))",
			},
			{
				Doc:  "nor is what ends the processors",
				In:   "(*TracerProvider).Shutdown",
				Kind: rule.Entry,
				Code: "defer driftDetach(driftAttach(nil))",
			},
		},
		Files: []rule.File{
			{Name: "activation.go", Body: goruntime.Activation},
			{Name: "activations.go", Body: sdkFrames},
			{Name: "view.go", Body: sdkView},
			{Name: "alerts.go", Body: sdkAlerts},
		},
	}
}

func baggageRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "a span that is started from the current one has its baggage",
		Package: Module + "/internal/baggage",
		Module:  Module,
		Tried:   tried,
		Files: []rule.File{
			{Name: "activation.go", Body: goruntime.Activation},
			{Name: "ambient.go", Body: baggageAmbient},
		},
	}
}

func publicBaggageRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "own code that asks a ctx with neither span nor baggage gets the baggage that is current on this goroutine",
		Package: Module + "/baggage",
		Module:  Module,
		Tried:   tried,
		Files:   []rule.File{{Name: "ask.go", Body: baggageAsk}},
	}
}

func propagationRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "what crosses a wire or a process boundary crosses through the program's propagator",
		Package: Module + "/propagation",
		Module:  Module,
		Tried:   tried,
		Patches: []rule.Patch{
			{
				Doc:  "inject the current span where ctx is a gap",
				In:   "TraceContext.Inject",
				Kind: rule.Entry,
				Code: "ctx = driftFill(ctx)",
			},
			{
				Doc:  "that nothing was extracted is an answer",
				In:   "TraceContext.Extract",
				Kind: rule.Return,
				Stmt: "return ctx",
				Code: "driftNothing($)",
			},
		},
		Files: []rule.File{{Name: "wire.go", Body: propagationWire}},
	}
}

// logRule is for the SDK for logs, whose releases have numbers of their own before
// v1.
func logRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "a record emitted with a ctx without a span has the current one's IDs",
		Package: Module + "/sdk/log",
		Module:  Module + "/sdk/log",
		Tried:   []string{"v0.15.0", "v1.47.0"},
		Patches: []rule.Patch{{
			Doc:  "emit under the current span where ctx is a gap",
			In:   "(*logger).Emit",
			Kind: rule.Entry,
			Code: "ctx = driftFill(ctx)",
		}},
	}
}

func exemplarRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "a measurement with a ctx without a span may become an exemplar of the current one",
		Package: Module + "/sdk/metric/exemplar",
		Module:  Module + "/sdk/metric",
		Tried:   []string{"v1.38.0", "v1.43.0", "v1.47.0"},
		Patches: []rule.Patch{
			{
				Doc:  "decide by the current span where ctx is a gap",
				In:   "TraceBasedFilter",
				Kind: rule.Entry,
				Code: "ctx = driftFill(ctx)",
			},
			{
				Doc:   "note the current span where ctx is a gap",
				In:    "newMeasurement",
				Kind:  rule.Entry,
				Code:  "ctx = driftFill(ctx)",
				Group: "measurement",
				Until: "v1.40.0",
			},
			{
				Doc:   "note the current span where ctx is a gap",
				In:    "(*storage).store",
				Kind:  rule.Entry,
				Code:  "ctx = driftFill(ctx)",
				Group: "measurement",
				Since: "v1.40.0",
				Until: "v1.45.0",
			},
			{
				Doc:   "note the current span where ctx is a gap",
				In:    "(*measurement).store",
				Kind:  rule.Entry,
				Code:  "ctx = driftFill(ctx)",
				Group: "measurement",
				Since: "v1.45.0",
			},
		},
	}
}

func otelRule() *rule.Rule {
	return &rule.Rule{
		Name:    "otel",
		Doc:     "the program's propagator is the global one",
		Package: Module,
		Module:  Module,
		Tried:   tried,
		Files: []rule.File{
			{Name: "propagator.go", Body: otelPropagator},
			{Name: "alerts.go", Body: otelAlerts},
		},
	}
}
