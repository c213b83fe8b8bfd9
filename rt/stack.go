package rt

import (
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// How many frames of a stack are worth having, by what they are for.
const (
	SpanFrames  = 10 // beside a span: DRIFT_SPAN_STACKS=10
	DebugFrames = 20 // in a debug trace: DRIFT_DEBUG=handoff
	AllFrames   = -1 // in an alert: no limit
)

// StackTrace returns the stack of the calling goroutine, newest frame first:
// the caller of StackTrace, its caller, and so on, each as
//
//	function
//		file:line
//
// with a newline between two and none at the end. It is of the form that the
// attribute code.stacktrace has.
//
// max limits the number of frames. 0 is the default, SpanFrames; a negative max,
// AllFrames, is no limit. An inlined call is a frame like any other.
//
// Left out are, by their exact package, this one's functions; in a woven build
// those that weaving put in; and what Go itself runs before main and at a
// goroutine's end.
func StackTrace(max int) string {
	if max == 0 {
		max = SpanFrames
	}
	return stackTrace(max)
}

// self begins the symbols of this package. The dots of a path's last element are
// escaped there, so that no other package's begin so.
const self = "github.com/drift-go/drift-toolexec/rt."

// buffers hold program counters: what runtime.CallersFrames is given escapes.
var buffers = sync.Pool{New: func() any { return new([64]uintptr) }}

// stackTrace is replaced when the package is woven.
func stackTrace(max int) string {
	const skip = 2    // runtime.Callers and this one
	const leftOut = 6 // as many of the frames asked for are expected to be
	buffer := buffers.Get().(*[64]uintptr)
	defer buffers.Put(buffer)
	pcs := buffer[:]
	if max >= 0 && max < len(pcs)-leftOut {
		pcs = pcs[:max+leftOut]
	}
	var firstFrames [DebugFrames]runtime.Frame
	frames := firstFrames[:0]
	size := 0
	for have := 0; ; {
		n := runtime.Callers(skip+have, pcs)
		next := runtime.CallersFrames(pcs[:n])
		for more := n > 0; more && len(frames) != max; {
			var f runtime.Frame
			f, more = next.Next()
			if f.PC == 0 || f.Function == "runtime.goexit" || f.Function == "runtime.main" || strings.HasPrefix(f.Function, self) {
				continue
			}
			frames = append(frames, f)
			size += len(f.Function) + len("\n\t") + len(f.File) + len(":12345\n")
		}
		if n < len(pcs) || len(frames) == max {
			break
		}
		have += n
		pcs = make([]uintptr, 2*len(pcs)+len(buffer))
	}
	var text strings.Builder
	text.Grow(size)
	var digits [20]byte
	for i := range frames {
		f := &frames[i]
		if i > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(f.Function)
		text.WriteString("\n\t")
		text.WriteString(f.File)
		text.WriteByte(':')
		text.Write(strconv.AppendInt(digits[:0], int64(f.Line), 10))
	}
	return text.String()
}
