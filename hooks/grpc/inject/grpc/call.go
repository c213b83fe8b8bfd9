package grpc

import (
	"strings"
	"unsafe"
)

// driftServedCall is what a stream's handler runs under, and what there was before.
type driftServedCall struct {
	c, tag, old unsafe.Pointer
	was         uint64
}

// driftServeCall makes the span of a stream's ctx, or what its metadata says, the
// current context, or none: never that of the worker's last stream.
func driftServeCall(ctx any, get func(key string) []string) (s driftServedCall) {
	if driftExtract != nil {
		if s.c = driftFromContext(ctx); s.c == nil {
			s.c = driftExtract(func(key string) string {
				if vv := get(strings.ToLower(key)); len(vv) > 0 {
					return vv[0]
				}
				return ""
			})
		}
	}
	s.old, s.was = driftAttach(s.c)
	return s
}

// tagged makes the span current that a stats handler put into ctx.
func (s *driftServedCall) tagged(ctx any) {
	if driftExtract == nil {
		return
	}
	if s.tag = driftFromContext(ctx); s.tag != nil {
		driftAttach(s.tag)
	}
}

// over ends what driftServeCall began.
func (s *driftServedCall) over() {
	driftDetach(s.old, s.was)
	if s.tag != nil {
		driftEndRemote(s.tag)
	}
	if s.c != nil {
		driftEndRemote(s.c)
	}
}
