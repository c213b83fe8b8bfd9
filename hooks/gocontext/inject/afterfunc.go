package context

import "unsafe"

// driftPointer is named so that a file without unsafe can.
type driftPointer = unsafe.Pointer

//go:linkname driftTakeMark runtime.driftTakeMark
func driftTakeMark() driftPointer

//go:linkname driftSetMark runtime.driftSetMark
func driftSetMark(c driftPointer)
