package gochannel

import _ "unsafe" // for go:linkname

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx any) bool

//go:linkname driftInject runtime.driftInject
var driftInject func(ctx any, get func(key string) string, set func(key, value string))

// driftWrite adds the span of a message's context, or the current one, to the
// metadata of its copy.
func driftWrite(ctx any, to map[string]string) {
	if driftInject == nil || !driftLive(ctx) {
		return
	}
	driftInject(ctx,
		func(key string) string { return to[key] },
		func(key, value string) { to[key] = value })
}
