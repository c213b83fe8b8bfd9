package inject

import "unsafe"

// The switchboard of wires and process boundaries: what crosses them, crosses
// through the program's own propagator. Package propagation fills these in when
// the program has it; else nothing crosses.

// driftPropagator returns the global propagator, a propagation.TextMapPropagator,
// nil as long as the user has set none.
var driftPropagator func() any

// driftProvider returns the global TracerProvider, a trace.TracerProvider.
var driftProvider func() any

// driftLive reports whether a context.Context holds a span, or one is current:
// whether there is anything to write. It allocates nothing.
var driftLive func(ctx any) bool

// driftInject has the propagator write the span of a context.Context, or the
// current one, and what goes with it, by calls of set. It calls none where there
// is no such span, or where get knows one of the keys already: whoever set that
// wins.
var driftInject func(ctx any, get func(key string) string, set func(key, value string))

// driftInjectTo is driftInject, with the baggage if baggage says so; driftInject is for
// messages, where the configuration does.
var driftInjectTo func(ctx any, baggage bool, get func(key string) string, set func(key, value string))

// driftExtract has the propagator read a remote span and what goes with it, by
// calls of get. It returns a context to adopt, nil if there is none, or nothing
// sensible.
var driftExtract func(get func(key string) string) unsafe.Pointer

// driftInjectHeader is driftInject from and to headers as net/http has them, by
// what driftPropagator returned: into those that are written, which are none yet,
// unless those of the request have one of them.
var driftInjectHeader func(p, ctx any, baggage bool, have, into map[string][]string)

// driftExtractHeader is driftExtract of such headers. It allocates nothing where
// they hold nothing.
var driftExtractHeader func(h map[string][]string) unsafe.Pointer

// driftReceive is driftExtract for a message, whose receiver may be configured
// to link to where it came from.
var driftReceive func(get func(key string) string) unsafe.Pointer

// driftExtractSpan reads what driftSpanContext returns of the current span.
var driftExtractSpan func(get func(key string) string) any

// driftFromContext returns a context to adopt of the span in a context.Context,
// nil if it holds none: for handlers whose span others start, in a function
// that is over before they run.
var driftFromContext func(ctx any) unsafe.Pointer

// driftEndRemote says that what was extracted is dealt with: who still works
// on it from then on is detached in time, as with a local root that ended.
var driftEndRemote func(c unsafe.Pointer)

// These settings are the configuration's: package runtime is compiled with a file
// that sets them. driftExclude holds hosts that nothing is sent to.
var driftLinkMessages bool

var driftExclude []string

// driftPeers holds hosts that baggage is sent to; it goes along with messages, to child
// processes, and is taken from callers where the others say so.
var driftPeers []string

var driftMessageBaggage bool

var driftChildBaggage bool

var driftIncomingBaggage bool

// driftIncoming is what a server without instrumentation makes of its caller's
// context: "" or parent, link, off.
var driftIncoming string

// driftEnvOn reports whether context crosses to child processes and from the one
// that started this one.
func driftEnvOn() bool { return driftOn() && gogetenv("DRIFT_ENV") != "off" }

// driftGetenv is gogetenv.
func driftGetenv(key string) string { return gogetenv(key) }

// driftFirst reports whether it is called for the first time with a counter.
func driftFirst(taken *uint32) bool { return atomic.Cas(taken, 0, 1) }

// driftProcess makes what the process was started with the current context of
// the goroutine that initialises packages and runs main.
func driftProcess(c unsafe.Pointer) {
	if d := &getg().drift; d.slot == nil {
		d.slot, d.since = c, driftClock()
		driftOrigin = driftUntag(c)
	}
}

// driftExcluded reports whether the configuration excludes where something goes: a
// scheme, empty where there is none, a host with its port, and without. Who asks
// looks first whether driftExclude holds anything.
func driftExcluded(scheme, host, name string) bool {
	return driftMatches(driftExclude, scheme, host, name)
}

// driftPeer is driftExcluded for hosts that baggage is sent to.
func driftPeer(scheme, host, name string) bool {
	return len(driftPeers) > 0 && driftMatches(driftPeers, scheme, host, name)
}

func driftMatches(patterns []string, scheme, host, name string) bool {
	for _, pattern := range patterns {
		if pattern == host || pattern == name || scheme != "" && pattern == scheme+"://" {
			return true
		}
		if len(pattern) > 2 && pattern[:2] == "*." {
			if n := len(name) - len(pattern[1:]); n > 0 && name[n:] == pattern[1:] {
				return true
			}
		}
	}
	return false
}
