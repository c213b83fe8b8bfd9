package connect

import "unsafe"

//go:linkname driftCapture runtime.driftCapture
func driftCapture(stale bool) (c unsafe.Pointer, ok bool)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

//go:linkname driftSetMark runtime.driftSetMark
func driftSetMark(c unsafe.Pointer)

// driftPointer is what was current where a call began. Not every file imports
// unsafe.
type driftPointer = unsafe.Pointer

// driftHere returns what is current, inside a sync.Once too: the goroutine that
// it is handed to is over with the call.
func driftHere() unsafe.Pointer {
	old, hushed := driftAdopt(nil)
	driftRestore(old, 0)
	c, _ := driftCapture(false)
	driftRestore(old, hushed)
	return c
}
