package cases

import (
	"testing"

	"github.com/drift-go/drift-toolexec/rt"
)

var text string

//go:noinline
func deep(n int, f func()) {
	if n > 0 {
		deep(n-1, f)
	} else {
		f()
	}
}

func stackTrace(b *testing.B, max int) {
	b.ReportAllocs()
	deep(30, func() {
		for range b.N {
			text = rt.StackTrace(max)
		}
	})
}

func BenchmarkStackTrace10(b *testing.B)  { stackTrace(b, rt.SpanFrames) }
func BenchmarkStackTrace20(b *testing.B)  { stackTrace(b, rt.DebugFrames) }
func BenchmarkStackTraceAll(b *testing.B) { stackTrace(b, rt.AllFrames) }
