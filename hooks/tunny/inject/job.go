package tunny

import "unsafe"

// driftPayload is a payload with the context that it was handed over under.
type driftPayload struct {
	payload interface{}
	c       unsafe.Pointer
}

// driftPack returns a payload with what is current, if anything is.
func driftPack(payload interface{}) interface{} {
	if c, ok := driftCapture(false); ok {
		return &driftPayload{payload, c}
	}
	return payload
}

// driftUnpack returns the payload, and its context or nil.
func driftUnpack(payload interface{}) (interface{}, unsafe.Pointer) {
	if j, ok := payload.(*driftPayload); ok {
		return j.payload, j.c
	}
	return payload, nil
}
