package jobexecutor

import (
	"encoding/json"
	"unsafe"
)

//go:linkname driftReceive runtime.driftReceive
var driftReceive func(get func(key string) string) unsafe.Pointer

//go:linkname driftRemoteOver runtime.driftRemoteOver
var driftRemoteOver func(c unsafe.Pointer)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

// driftWork makes what a job's metadata say the current context, or none.
// driftWorked ends that.
func driftWork(metadata []byte) (c, old unsafe.Pointer, hushed uint64) {
	if driftReceive != nil && len(metadata) > len("{}") {
		var fields map[string]json.RawMessage
		c = driftReceive(func(key string) (value string) {
			if fields == nil { // the propagator asks: now it is worth it
				fields = map[string]json.RawMessage{}
				if json.Unmarshal(metadata, &fields) != nil {
					fields = map[string]json.RawMessage{}
				}
			}
			if json.Unmarshal(fields[key], &value) != nil {
				return "" // another's field of that name
			}
			return value
		})
	}
	old, hushed = driftAdopt(c)
	return c, old, hushed
}

func driftWorked(c, old unsafe.Pointer, hushed uint64) {
	driftRestore(old, hushed)
	if c != nil {
		driftRemoteOver(c)
	}
}
