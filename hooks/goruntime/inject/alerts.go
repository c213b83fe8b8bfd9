package inject

// The switchboard of alerts. Package net tells of I/O, the SDK knows whether a
// span in between sees it, and log/slog, package otel and rt let the user know.

// driftAlerts is 1 under DRIFT_ALERTS=on. It is set before the first span is
// started: until then there is nothing to alert of.
var driftAlerts uint32

// driftIO is told of an operation about to be done on this goroutine, the ctx it
// was given, or nil, and its address: a string or what has a String method. The
// SDK fills it in.
var driftIO func(op uint32, ctx any, address any)

// driftWarn logs a warning. Package log/slog fills it in.
var driftWarn func(ctx any, msg string, args []any)

// driftCount counts an alert, with the attributes of a trace.EventConfig. Package
// otel fills it in.
var driftCount func(ctx any, attributes any)

// driftTell hands an alert to the funcs that were registered for them. Package
// rt fills it in.
var driftTell func(sc any, operation, address, module, version, function, stack string)

// driftTold returns when every alert raised before it was called has been
// delivered. The SDK fills it in.
var driftTold func()

// driftModules returns what the go command wrote of the modules that this
// program was built of, as runtime/debug parses it; empty if nothing.
func driftModules() string {
	const mark = 16 // bytes on either side
	if len(modinfo) <= 2*mark {
		return ""
	}
	return modinfo[mark : len(modinfo)-mark]
}

// driftReadAlerts reads DRIFT_ALERTS.
func driftReadAlerts() (value string, ok bool) {
	value = gogetenv("DRIFT_ALERTS")
	if value == "on" {
		driftAlerts = 1
	}
	return value, value == "" || value == "on" || value == "off"
}
