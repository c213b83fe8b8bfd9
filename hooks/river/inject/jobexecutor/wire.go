package jobexecutor

import (
	"encoding/json"
	"unsafe"
)

// driftFromJob returns what a job's metadata say, nil if that is nothing.
func driftFromJob(metadata []byte) unsafe.Pointer {
	if len(metadata) <= len("{}") {
		return nil
	}
	var fields map[string]json.RawMessage
	return driftFrom(func(key string) (value string) {
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
