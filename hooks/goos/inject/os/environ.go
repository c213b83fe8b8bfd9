package os

import (
	"runtime"
	"syscall"
)

// driftDealt ends an environment that package os/exec has dealt with. It is none
// that a process can be started with.
const driftDealt = "\x00drift"

// driftEnvMost is how long a variable may be, name and all: on Windows no longer,
// and elsewhere much more than that keeps a process from being started.
const driftEnvMost = 32767

// driftEnviron returns a child's environment with the current span in it.
func driftEnviron(env []string) []string {
	if n := len(env) - 1; n >= 0 && env[n] == driftDealt {
		return env[:n]
	}
	return driftAddSpan(nil, env)
}

// driftEnvironOf is driftEnviron for a command's ctx, which says better than the
// goroutine what the child is a child of, and be it of nothing. env is to be
// package os/exec's own.
func driftEnvironOf(ctx any, env []string) []string {
	if ctx == nil {
		return env
	}
	return append(driftAddSpan(ctx, env), driftDealt)
}

// driftAddSpan returns an environment with the span of ctx, or the current one,
// in it. Without one it returns what it was given, which it never writes to.
//
// What env says wins, unless it is what this process was started with: that was
// copied, and belongs to another span. So do the variables that go with it, of
// which nothing stays beside a span's own.
func driftAddSpan(ctx any, env []string) []string {
	if driftInjectTo == nil || driftLive == nil || !driftEnvOn() || !driftLive(ctx) {
		return env
	}
	if env == nil { // on Plan 9: as it is here
		env = syscall.Environ()
	}
	get := func(key string) string {
		name := driftEnvName(key)
		value, own := driftEnvOwn(env, name)
		if !own || name == "BAGGAGE" { // which is no other span's
			return ""
		}
		if value == "" {
			return " " // the user wants none
		}
		return value
	}
	var names, added []string
	news := false
	driftInjectTo(ctx, driftChildBaggage, get, func(key, value string) {
		name := driftEnvName(key)
		if name == "" || len(name)+1+len(value) > driftEnvMost {
			return
		}
		for i := 0; i < len(value); i++ {
			if value[i] == 0 { // no process is started with one of these
				return
			}
		}
		if name == "BAGGAGE" {
			if _, own := driftEnvOwn(env, name); own {
				return
			}
		}
		if had, ok := driftEnvLookup(env, name); !ok || had != value {
			news = true
		}
		names = append(names, name)
		added = append(added, name+"="+value)
	})
	if !news { // nothing, or just what this process was started with
		return env
	}
	stale := []string{"TRACEPARENT", "TRACESTATE", "BAGGAGE"}
	if p, ok := driftPropagator().(interface{ Fields() []string }); ok {
		for _, key := range p.Fields() {
			stale = append(stale, driftEnvName(key))
		}
	}
	for _, name := range stale {
		if _, own := driftEnvOwn(env, name); !own {
			names = append(names, name)
		}
	}
	out := make([]string, 0, len(env)+len(added)+1)
	for _, kv := range env {
		keep := true
		for _, name := range names {
			keep = keep && !driftEnvIs(kv, name)
		}
		if keep {
			out = append(out, kv)
		}
	}
	return append(out, added...)
}

// driftEnvOwn returns a variable's value, and whether it is env's own, not copied
// from this process.
func driftEnvOwn(env []string, name string) (value string, own bool) {
	value, ok := driftEnvLookup(env, name)
	if !ok {
		return "", false
	}
	if value == "" {
		has, ok := syscall.Getenv(name)
		return "", !ok || has != ""
	}
	return value, value != driftGetenv(name)
}

// driftEnvLookup returns a variable's value; the last one counts.
func driftEnvLookup(env []string, name string) (value string, ok bool) {
	for i := len(env) - 1; i >= 0; i-- {
		if driftEnvIs(env[i], name) {
			return env[i][len(name)+1:], true
		}
	}
	return "", false
}

// driftEnvIs reports whether kv sets a variable, whose name is in upper case.
func driftEnvIs(kv, name string) bool {
	if len(kv) <= len(name) || kv[len(name)] != '=' {
		return false
	}
	for i := 0; i < len(name); i++ {
		c := kv[i]
		if runtime.GOOS == "windows" && 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != name[i] {
			return false
		}
	}
	return true
}

// driftEnvName makes a header's name an environment variable's: upper case, an
// underscore for all that is neither a letter nor a digit, and one in front of a
// digit (OpenTelemetry specification, environment variables as context
// propagation carriers).
func driftEnvName(key string) string {
	b := make([]byte, 0, len(key)+1)
	for _, r := range key {
		switch {
		case 'a' <= r && r <= 'z':
			r -= 'a' - 'A'
		case 'A' <= r && r <= 'Z':
		case '0' <= r && r <= '9':
			if len(b) == 0 {
				b = append(b, '_')
			}
		default:
			r = '_'
		}
		b = append(b, byte(r))
	}
	return string(b)
}
