package testing

import "unsafe"

//go:linkname driftTakeMark runtime.driftTakeMark
func driftTakeMark() unsafe.Pointer

//go:linkname driftSetMark runtime.driftSetMark
func driftSetMark(c unsafe.Pointer)
