package asynq

import "unsafe"

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx any) bool

//go:linkname driftInject runtime.driftInject
var driftInject func(ctx any, get func(key string) string, set func(key, value string))

//go:linkname driftReceive runtime.driftReceive
var driftReceive func(get func(key string) string) unsafe.Pointer

//go:linkname driftExtractSpan runtime.driftExtractSpan
var driftExtractSpan func(get func(key string) string) any

//go:linkname driftLinks runtime.driftLinks
var driftLinks func(scs []any) unsafe.Pointer

//go:linkname driftRemoteOver runtime.driftRemoteOver
var driftRemoteOver func(c unsafe.Pointer)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

// driftHeaders returns a task's headers with the span of ctx, or the current
// one, in them: others, since these are the caller's.
func driftHeaders(ctx any, have map[string]string) map[string]string {
	if driftInject == nil || !driftLive(ctx) {
		return have
	}
	var h map[string]string
	driftInject(ctx, func(key string) string { return have[key] }, func(key, value string) {
		if h == nil {
			h = make(map[string]string, len(have)+2)
			for k, v := range have {
				h[k] = v
			}
		}
		h[key] = value
	})
	if h == nil {
		return have
	}
	return h
}

// driftHandle makes what a task's headers say the current context, or none.
// driftHandled ends that.
func driftHandle(h map[string]string) (c, old unsafe.Pointer, hushed uint64) {
	if driftReceive != nil && len(h) > 0 {
		c = driftReceive(func(key string) string { return h[key] })
	}
	old, hushed = driftAdopt(c)
	return c, old, hushed
}

func driftHandled(c, old unsafe.Pointer, hushed uint64) {
	driftRestore(old, hushed)
	if c != nil {
		driftRemoteOver(c)
	}
}

// driftAggregate makes a context that links to the spans of n tasks the current
// one.
func driftAggregate(n int, headers func(i int) map[string]string) (old unsafe.Pointer, hushed uint64) {
	var spans []any
	for i := 0; i < n && driftExtractSpan != nil; i++ {
		h := headers(i)
		if len(h) == 0 {
			continue
		}
		if sc := driftExtractSpan(func(key string) string { return h[key] }); sc != nil {
			spans = append(spans, sc)
		}
	}
	var c unsafe.Pointer
	if len(spans) > 0 {
		c = driftLinks(spans)
	}
	return driftAdopt(c)
}
