package noop

import (
	"unsafe"

	"go.opentelemetry.io/otel/trace"
)

func init() {
	var span trace.Span = Span{}
	driftNoopTab = *(*unsafe.Pointer)(unsafe.Pointer(&span))
}
