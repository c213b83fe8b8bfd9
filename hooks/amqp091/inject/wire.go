package amqp091

import "unsafe"

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx any) bool

//go:linkname driftInject runtime.driftInject
var driftInject func(ctx any, get func(key string) string, set func(key, value string))

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

// driftTable returns a message's headers with the span of ctx, or the current one,
// added to them: in another table, since they are the caller's.
func driftTable(ctx any, have Table) Table {
	if driftInject == nil || !driftLive(ctx) {
		return have
	}
	to := have
	driftInject(ctx,
		func(key string) string {
			v, ok := have[key]
			if s, isString := v.(string); isString || !ok {
				return s
			}
			return "of another type"
		},
		func(key, value string) {
			if len(to) == len(have) {
				to = make(Table, len(have)+2)
				for k, v := range have {
					to[k] = v
				}
			}
			to[key] = value
		})
	return to
}

// driftNone makes none current, if ctx says so: it holds an invalid span. It
// returns what driftRestore is to bring back.
func driftNone(ctx any) (old unsafe.Pointer, hushed uint64) {
	old, hushed = driftAdopt(nil)
	driftRestore(old, hushed)
	if driftInject != nil && !driftLive(ctx) && driftLive(nil) {
		driftAdopt(nil)
	}
	return old, hushed
}
