package connect

import "unsafe"

// driftPointer is what was current where a call began. Not every file imports
// unsafe.
type driftPointer = unsafe.Pointer
