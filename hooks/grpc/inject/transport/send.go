package transport

import (
	"strings"
	"unsafe"
)

// driftPointer is what was current where a call began. Not every file imports
// unsafe.
type driftPointer = unsafe.Pointer

// driftSendsCall reports whether there is something to add to a call's headers. c is
// what was current where it began: who makes it may be under something else, a
// retry is made by whoever reads from the stream.
func driftSendsCall(ctx any, host string, c unsafe.Pointer) bool {
	if driftInjectTo == nil {
		return false
	}
	old, was := driftAttach(c)
	live := driftLive(ctx)
	driftDetach(old, was)
	return live && (len(driftExclude) == 0 || !driftAmongHosts(driftExcluded, host))
}

// driftSendCall adds the span of ctx, or of c, to a call's headers. What HTTP/2 has
// no form for is left out: it would be the end of the call.
func driftSendCall(ctx any, host string, c unsafe.Pointer, get func(key string) string, add func(key, value string)) {
	defer driftDetach(driftAttach(c))
	driftInjectTo(ctx, driftAmongHosts(driftPeer, host), func(key string) string {
		return get(strings.ToLower(key))
	}, func(key, value string) {
		key = strings.ToLower(key)
		if driftFits(key, value) && !isReservedHeader(key) {
			add(key, value)
		}
	})
}

// driftFits reports whether gRPC can send a header. Values of keys that end in -bin
// are encoded.
func driftFits(key, value string) bool {
	for i := 0; i < len(key); i++ {
		switch c := key[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	if strings.HasSuffix(key, "-bin") {
		return true
	}
	for i := 0; i < len(value); i++ {
		if value[i] < ' ' || value[i] > '~' {
			return false
		}
	}
	return key != ""
}

// driftAmongHosts reports whether the host of a call, which may have a port, is among
// those that the configuration says something of.
func driftAmongHosts(among func(scheme, host, name string) bool, host string) bool {
	name := host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		name = host[:i]
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return among("", host, name)
}
