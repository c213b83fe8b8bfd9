package pool

import "unsafe"

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)
