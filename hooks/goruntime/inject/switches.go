package inject

import "unsafe"

// driftState is 0 until the environment was read, then 1 (on), 2 (off), or
// driftLogging (on): odd where it is on.
var driftState uint32

// driftSpanFrames is how many frames of the stack spans are given at their
// start, and -1 until the environment was read. Both this and driftState are
// read plainly where that is a hot path: once read, they do not change.
var driftSpanFrames int32 = -1

// driftLinger is how long after its local root's end an inherited activation stays
// a parent, in nanoseconds; -1 is forever.
var driftLinger int64 = 30e9

// driftHold is how long an inherited activation stays a parent, in nanoseconds; -1 is
// forever.
var driftHold int64 = 300e9

// The switchboard: what package runtime and packages that do not import
// otel/trace ask it. It fills these in when the program has it.

// driftLookup returns what a context.Context holds for a key, and whether that can
// be told without calling code of the user's: if not, value is the context.Context,
// among those that it is made of, whose code that would be. Package context fills
// it in.
var driftLookup func(ctx, key any) (value any, known bool)

// driftHolds reports whether a context.Context holds the span of an activation.
var driftHolds func(ctx any, active *driftActive) bool

// driftActiveAt and driftDropAt are where in the SDK's recording spans and in its
// dropped ones the pointer to their activation is. The SDK fills them in.
var driftActiveAt uintptr

var driftDropAt uintptr

// driftViewTab and driftDropViewTab are the type words of views of such spans: on
// the same data, but their End and SetName do nothing. The SDK fills them in.
var driftViewTab unsafe.Pointer

var driftDropViewTab unsafe.Pointer

// driftNoopTab is the type word of package trace/noop's span, which fills it in.
var driftNoopTab unsafe.Pointer

// driftBaggageOf returns the state of the baggage in a context.Context, whose words
// are given, nil if it holds none or that can't be told. OpenTelemetry's
// internal/baggage fills it in.
var driftBaggageOf func(ctxTab, ctxData unsafe.Pointer) any

// driftAmbientBaggage returns a context.Context with an activation's baggage, nil where that
// has none, or the context has some. OpenTelemetry's internal/baggage fills it in.
var driftAmbientBaggage func(ctx any, active *driftActive) any

// driftWithoutBaggage returns a context.Context without its baggage, nil where it has
// none. OpenTelemetry's internal/baggage fills it in.
var driftWithoutBaggage func(ctx any) any

// driftClosedBaggage returns the state of the baggage of a span that has ended, given
// the words of what stands in for it. Package trace fills it in.
var driftClosedBaggage func(tab, data unsafe.Pointer) any

// driftAnswers reports whether a context.Context holds a span, or that there is none:
// no gap. Package trace fills it in.
var driftAnswers func(ctx any) bool

// driftSpanContext returns the span context of a context.Context's span, or of
// the current one, as a trace.SpanContext; nil where there is none.
var driftSpanContext func(ctx any) any

// driftSameSpan reports whether two of these are the same span's.
var driftSameSpan func(a, b any) bool

// driftFollow links the current span, if it is another, to one whose span
// context is given.
var driftFollow func(sc any)

// driftLinks returns a context to adopt, as driftCapture does, under which
// spans are roots with links to those whose span contexts are given.
var driftLinks func(scs []any) unsafe.Pointer

// driftHide returns a context.Context without the span of the one given.
var driftHide func(ctx any) any

// driftOn reports whether spans are to become ambient in this process. Every
// activation is made behind it, so everything else is a no-op where it says no.
func driftOn() bool {
	if s := atomic.Load(&driftState); s != 0 {
		return s&1 != 0
	}
	return driftReadSwitches()
}

// driftReadSwitches reads DRIFT_MODE and what goes with it. Two goroutines may both
// run it: each comes to the same answer, and only the first one warns.
func driftReadSwitches() bool {
	state := uint32(1)
	if driftEpoch == 0 {
		driftEpoch, driftEpochTicks = nanotime(), cputicks()
	}
	mode := gogetenv("DRIFT_MODE")
	if mode == "off" {
		state = 2
	}
	value := gogetenv("DRIFT_LINGER")
	linger, ok := driftParseLinger(value)
	if ok {
		driftLinger = linger
	}
	holding := gogetenv("DRIFT_HOLD")
	hold, okHold := driftParseLinger(holding)
	if okHold && holding != "" {
		driftHold = hold
	}
	alerts, known := "", true
	if state == 1 {
		alerts, known = driftReadAlerts()
	}
	stacks := gogetenv("DRIFT_SPAN_STACKS")
	frames, okStacks := driftParseFrames(stacks)
	debug := gogetenv("DRIFT_DEBUG")
	if state == 2 {
		frames = 0
	} else if debug == "handoff" {
		state = driftLogging
	}
	driftSpanFrames = frames
	if atomic.Cas(&driftState, 0, state) {
		if mode != "" && mode != "on" && mode != "off" {
			print("drift: DRIFT_MODE=", mode, " is neither on nor off; using on\n")
		}
		if !ok {
			print("drift: DRIFT_LINGER=", value, " is not a duration such as 30s, 0 or forever; using 30s\n")
		}
		if !okHold {
			print("drift: DRIFT_HOLD=", holding, " is not a duration such as 5m, 0 or forever; using 5m\n")
		}
		if !known {
			print("drift: DRIFT_ALERTS=", alerts, " is neither on nor off; using off\n")
		}
		if !okStacks {
			print("drift: DRIFT_SPAN_STACKS=", stacks, " is not a number of frames such as 10; using 0, none\n")
		}
		if debug != "" && debug != "off" && debug != "handoff" {
			print("drift: DRIFT_DEBUG=", debug, " is neither handoff nor off; using off\n")
		}
	}
	return atomic.Load(&driftState)&1 != 0
}

// driftParseFrames parses a number of activations. Empty is none.
func driftParseFrames(s string) (n int32, ok bool) {
	const most = 1000000 // more than any stack has
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || n > most/10 {
			return 0, false
		}
		n = 10*n + int32(s[i]-'0')
	}
	return n, true
}

// driftParseLinger parses what time.ParseDuration takes, unsigned, and the
// word forever, whose value is -1. Empty is the default, 30s.
func driftParseLinger(s string) (ns int64, ok bool) {
	switch s {
	case "":
		return 30e9, true
	case "0":
		return 0, true
	case "forever":
		return -1, true
	}
	const limit = 1 << 62
	for s != "" {
		var n, scale int64 = 0, 1
		digits, point := 0, false
		i := 0
		for ; i < len(s); i++ {
			c := s[i]
			if c == '.' && !point {
				point = true
				continue
			}
			if c < '0' || c > '9' {
				break
			}
			digits++
			if scale >= 1e9 || n >= limit/10_000_000_000 { // finer than a nanosecond, or absurd
				if !point {
					return 0, false
				}
				continue
			}
			n = n*10 + int64(c-'0')
			if point {
				scale *= 10
			}
		}
		if digits == 0 {
			return 0, false
		}
		s = s[i:]
		for i = 0; i < len(s) && s[i] != '.' && (s[i] < '0' || s[i] > '9'); i++ {
		}
		unit := driftUnit(s[:i])
		s = s[i:]
		if unit == 0 || n > limit/unit {
			return 0, false
		}
		ns += n * unit / scale
		if ns < 0 {
			return 0, false
		}
	}
	return ns, true
}

func driftUnit(s string) int64 {
	switch s {
	case "ns":
		return 1
	case "us", "µs", "μs":
		return 1e3
	case "ms":
		return 1e6
	case "s":
		return 1e9
	case "m":
		return 60e9
	case "h":
		return 3600e9
	}
	return 0
}
