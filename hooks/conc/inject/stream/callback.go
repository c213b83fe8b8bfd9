package stream

import "unsafe"

//go:linkname driftCapture runtime.driftCapture
func driftCapture(stale bool) (c unsafe.Pointer, ok bool)

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

// driftBound returns a callback that runs f under what is current now. What
// runs callbacks is under none.
func driftBound(f Callback) Callback {
	if f == nil {
		return nil
	}
	c, ok := driftCapture(false)
	if !ok {
		return f
	}
	return func() {
		defer driftRestore(driftAdopt(c))
		f()
	}
}
