package grpc

import (
	"strings"
	"unsafe"
)

//go:linkname driftExtract runtime.driftExtract
var driftExtract func(get func(key string) string) unsafe.Pointer

//go:linkname driftFromContext runtime.driftFromContext
var driftFromContext func(ctx any) unsafe.Pointer

//go:linkname driftRemoteOver runtime.driftRemoteOver
var driftRemoteOver func(c unsafe.Pointer)

//go:linkname driftCapture runtime.driftCapture
func driftCapture(stale bool) (c unsafe.Pointer, ok bool)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

// driftHere returns what is current, inside a sync.Once too: this is no
// goroutine's to keep, the call is made here and now.
func driftHere() unsafe.Pointer {
	old, hushed := driftAdopt(nil)
	driftRestore(old, 0)
	c, _ := driftCapture(false)
	driftRestore(old, hushed)
	return c
}

// driftServed is what a stream's handler runs under, and what there was before.
type driftServed struct {
	c, tag, old unsafe.Pointer
	hushed      uint64
}

// driftServe makes the span of a stream's ctx, or what its metadata says, the
// current context, or none: never that of the worker's last stream.
func driftServe(ctx any, get func(key string) []string) (s driftServed) {
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
	s.old, s.hushed = driftAdopt(s.c)
	return s
}

// tagged makes the span current that a stats handler put into ctx.
func (s *driftServed) tagged(ctx any) {
	if driftExtract == nil {
		return
	}
	if s.tag = driftFromContext(ctx); s.tag != nil {
		driftAdopt(s.tag)
	}
}

// over ends what driftServe began.
func (s *driftServed) over() {
	driftRestore(s.old, s.hushed)
	if s.tag != nil {
		driftRemoteOver(s.tag)
	}
	if s.c != nil {
		driftRemoteOver(s.c)
	}
}
