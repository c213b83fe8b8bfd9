package ttlcache

import "unsafe"

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)
