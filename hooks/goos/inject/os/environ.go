package os

import _ "unsafe" // for go:linkname

//go:linkname driftInject runtime.driftInject
var driftInject func(ctx any, get func(key string) string, set func(key, value string))

//go:linkname driftEnvOn runtime.driftEnvOn
func driftEnvOn() bool

//go:linkname driftGetenv runtime.driftGetenv
func driftGetenv(key string) string

//go:linkname driftChildBaggage runtime.driftChildBaggage
var driftChildBaggage bool

// driftEnviron returns a child's environment with the span of ctx, or the
// current one, in it. env is the child's, and stays as it is if there is none.
//
// A variable that is there wins, unless it has the value that this process was
// started with: then nobody set it, it was copied.
//
//go:linkname driftEnviron
func driftEnviron(ctx any, env []string) []string {
	if driftInject == nil || !driftEnvOn() {
		return env
	}
	get := func(key string) string {
		name := driftEnvName(key)
		value := driftLookup(env, name)
		if value == driftGetenv(name) {
			return ""
		}
		return value
	}
	var added, names []string
	driftInject(ctx, get, func(key, value string) {
		if key == "baggage" && !driftChildBaggage {
			return
		}
		for i := 0; i < len(value); i++ {
			if value[i] == 0 { // no process is started with one of these
				return
			}
		}
		name := driftEnvName(key)
		names = append(names, name)
		added = append(added, name+"="+value)
	})
	if added == nil {
		return env
	}
	out := make([]string, 0, len(env)+len(added))
	for _, kv := range env {
		keep := true
		for _, name := range names {
			if driftIs(kv, name) {
				keep = false
			}
		}
		// What goes with the parent that this process was started under does
		// not go with another.
		if driftIs(kv, "TRACESTATE") && driftGetenv("TRACESTATE") == kv[len("TRACESTATE="):] {
			keep = false
		}
		if keep {
			out = append(out, kv)
		}
	}
	return append(out, added...)
}

// driftLookup returns a variable's value; the last one counts.
func driftLookup(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if driftIs(env[i], name) {
			return env[i][len(name)+1:]
		}
	}
	return ""
}

func driftIs(kv, name string) bool {
	return len(kv) > len(name) && kv[len(name)] == '=' && kv[:len(name)] == name
}

// driftEnvName makes a header's name an environment variable's: upper case, and
// an underscore for all that is neither a letter nor a digit (OpenTelemetry
// specification, environment variables as context propagation carriers).
func driftEnvName(key string) string {
	b := []byte(key)
	for i, c := range b {
		switch {
		case 'a' <= c && c <= 'z':
			b[i] = c - 'a' + 'A'
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9' && i > 0:
		default:
			b[i] = '_'
		}
	}
	return string(b)
}
