package inject

import "unsafe"

// driftStarts are the functions between a user's call of Start and where the
// SDK starts the span: no part of a span's stack.
var driftStarts = []string{
	"go.opentelemetry.io/otel/sdk/trace.(*tracer).Start",
	"go.opentelemetry.io/otel/internal/global.(*tracer).Start",
}

// driftIDs returns the trace ID and the span ID of what driftWordsOf returned, or of
// one that it links to. Package trace fills it in. It calls no code of the user's.
var driftIDs func(tab, data unsafe.Pointer) (trace, span string)

// driftLogFrames is how much of the stack a record of DRIFT_DEBUG=handoff shows.
const driftLogFrames = 20

// driftLog writes a record of DRIFT_DEBUG=handoff: what happened, to which
// context, on which goroutine and where; nothing if to none. Who calls it has
// looked at driftState and is on a user's goroutine, with the mark down: it
// allocates, and the collector's goroutines may start behind that.
//
// A record is one write, so that records of several goroutines do not mix.
func driftLog(what string, c unsafe.Pointer) {
	if c == nil {
		return
	}
	trace, span := "none", "none"
	f := driftOf(driftUntag(c))
	if tab, data := driftWordsOf(f); data != nil && driftIDs != nil {
		trace, span = driftIDs(tab, data)
	}
	stack := driftStack(driftLogFrames, driftStarts)
	b := make([]byte, 0, len(stack)+128)
	b = append(b, "drift: "...)
	b = append(b, what...)
	b = append(b, " trace="...)
	b = append(b, trace...)
	b = append(b, " span="...)
	b = append(b, span...)
	b = append(b, " goroutine="...)
	b = driftAppendInt(b, getg().goid)
	b = append(b, '\n')
	b = append(b, stack...)
	b = append(b, "\n\n"...)
	print(unsafe.String(&b[0], len(b)))
}
