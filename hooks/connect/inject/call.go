package connect

import "unsafe"

//go:linkname driftCapture runtime.driftCapture
func driftCapture(stale bool) (c unsafe.Pointer, ok bool)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint32)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint32)

//go:linkname driftSetMark runtime.driftSetMark
func driftSetMark(c unsafe.Pointer)

// driftPointer is what was current where a call began. Not every file imports
// unsafe.
type driftPointer = unsafe.Pointer

// driftBegun notes what is current, inside a sync.Once too: the goroutine that
// makes the request is over with it.
func driftBegun(d *duplexHTTPCall) *duplexHTTPCall {
	old, hushed := driftAdopt(nil)
	driftRestore(old, 0)
	d.drift, _ = driftCapture(false)
	driftRestore(old, hushed)
	return d
}
