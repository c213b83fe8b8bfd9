// Package otel weaves the ambient context into OpenTelemetry itself: the
// context's span and baggage fall back to the slot, and the SDK gives every
// span a frame and marks it when the span ends.
package otel

import (
	_ "embed" // for the injected files

	"github.com/drift-go/drift-toolexec/hooks/goruntime"
	"github.com/drift-go/drift-toolexec/weave"
)

//go:embed inject/trace/ambient.go
var traceAmbient []byte

//go:embed inject/trace/message.go
var traceMessage []byte

//go:embed inject/sdktrace/frames.go
var sdkFrames []byte

//go:embed inject/sdktrace/alerts.go
var sdkAlerts []byte

//go:embed inject/otel/alerts.go
var otelAlerts []byte

//go:embed inject/baggage/ambient.go
var baggageAmbient []byte

//go:embed inject/propagation/wire.go
var propagationWire []byte

//go:embed inject/otel/propagator.go
var otelPropagator []byte

// Module is the path all patched packages lie under.
const Module = "go.opentelemetry.io/otel"

// tried is what the rules were tried on; each has a script.
var tried = []string{"v1.24.0", "v1.30.0", "v1.38.0", "v1.47.0"}

// Rules returns the hook's rules.
func Rules() []*weave.Rule {
	return []*weave.Rule{traceRule(), sdkRule(), baggageRule(), propagationRule(), otelRule()}
}

func traceRule() *weave.Rule {
	return &weave.Rule{
		Name:    "otel",
		Doc:     "a ctx without a span means the span that is current on this goroutine",
		Package: Module + "/trace",
		Module:  Module,
		Tried:   tried,
		Patches: []weave.Patch{
			{
				Doc:   "fall back to the slot",
				In:    "SpanFromContext",
				Kind:  weave.Return,
				Stmt:  "return noopSpan",
				Code:  "driftAmbient($)",
				Times: 2,
			},
			{
				Doc:  "extract a remote span into its frame",
				In:   "ContextWithSpanContext",
				Kind: weave.Before,
				Stmt: "return ContextWithSpan(",
				Code: "if _, ok := parent.(driftBlank); ok { return driftFilled(sc) }",
			},
		},
		Files: []weave.File{
			{Name: "frame.go", Body: goruntime.Frame},
			{Name: "ambient.go", Body: traceAmbient},
			{Name: "message.go", Body: traceMessage},
		},
	}
}

func sdkRule() *weave.Rule {
	return &weave.Rule{
		Name:    "otel",
		Doc:     "every span has a frame, which its End marks ended",
		Package: Module + "/sdk/trace",
		Module:  Module,
		Tried:   tried,
		Patches: []weave.Patch{
			{
				Doc:  "a recording span's frame",
				In:   "recordingSpan",
				Kind: weave.Field,
				Code: "drift driftFrame; driftCtx context.Context; driftUnder *driftFrame; driftWatch *driftWatched",
			},
			{
				Doc:  "a dropped span's frame",
				In:   "nonRecordingSpan",
				Kind: weave.Field,
				Code: "drift *driftWideFrame",
			},
			{
				Doc:  "link to the span that this one is detached from",
				In:   "(*tracer).Start",
				Kind: weave.Before,
				Stmt: "config := trace.NewSpanStartConfig(options...)",
				Code: "if driftDetached() { options = driftLink(ctx, options) }; var driftParent trace.Span",
			},
			{
				Doc:  "remember the parent for its local root",
				In:   "(*tracer).Start",
				Kind: weave.Before,
				Stmt: "if sdkSpan, ok := p.(*recordingSpan); ok",
				Code: "driftParent = p",
			},
			{
				// Before any processor sees the span.
				Doc:  "give the span the stack of who starts it",
				In:   "(*tracer).Start",
				Kind: weave.After,
				Stmt: "s := tr.newSpan(ctx, name, &config)",
				Code: "if driftSpanFrames != 0 { driftStacked(s) }",
			},
			{
				Doc:  "give the span its frame",
				In:   "(*tracer).Start",
				Kind: weave.Return,
				Stmt: "return",
				Code: "driftStart(driftParent, config.NewRoot(), $)",
			},
			{
				Doc:  "give a dropped span its frame",
				In:   "(*tracer).newNonRecordingSpan",
				Kind: weave.Return,
				Stmt: "return nonRecordingSpan{",
				Code: "driftDropped($)",
			},
			{
				// End calls recover(): it stays the deferred function itself.
				Doc:  "mark a recording span's frame",
				In:   "(*recordingSpan).End",
				Kind: weave.After,
				Stmt: "et :=",
				Code: "s.driftEnded(et.UnixNano())",
			},
			{
				Doc:  "mark a dropped span's frame",
				In:   "nonRecordingSpan.End",
				Kind: weave.Empty,
				Code: "func (s nonRecordingSpan) End(...trace.SpanEndOption) { s.driftEnded() }",
			},
			{
				// A batchSpanProcessor exports on goroutines of its own.
				Doc:  "what exports a span is not on behalf of whoever ended it",
				In:   "(*simpleSpanProcessor).OnEnd",
				Kind: weave.Entry,
				Code: "defer driftRestore(driftAdopt(nil))",
			},
		},
		Files: []weave.File{
			{Name: "frame.go", Body: goruntime.Frame},
			{Name: "frames.go", Body: sdkFrames},
			{Name: "alerts.go", Body: sdkAlerts},
		},
	}
}

func baggageRule() *weave.Rule {
	return &weave.Rule{
		Name:    "otel",
		Doc:     "a ctx with neither span nor baggage means the baggage that is current on this goroutine",
		Package: Module + "/internal/baggage",
		Module:  Module,
		Tried:   tried,
		Patches: []weave.Patch{{
			Doc:  "fall back to the slot",
			In:   "ListFromContext",
			Kind: weave.Return,
			Stmt: "return nil",
			Code: "driftList(ctx)",
		}},
		Files: []weave.File{
			{Name: "frame.go", Body: goruntime.Frame},
			{Name: "ambient.go", Body: baggageAmbient},
		},
	}
}

func propagationRule() *weave.Rule {
	return &weave.Rule{
		Name:    "otel",
		Doc:     "what crosses a wire or a process boundary crosses through the program's propagator",
		Package: Module + "/propagation",
		Module:  Module,
		Tried:   tried,
		Files:   []weave.File{{Name: "wire.go", Body: propagationWire}},
	}
}

func otelRule() *weave.Rule {
	return &weave.Rule{
		Name:    "otel",
		Doc:     "the program's propagator is the global one",
		Package: Module,
		Module:  Module,
		Tried:   tried,
		Files: []weave.File{
			{Name: "propagator.go", Body: otelPropagator},
			{Name: "alerts.go", Body: otelAlerts},
		},
	}
}
