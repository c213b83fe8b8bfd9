package sync

import _ "unsafe" // for go:linkname

//go:linkname driftHushed runtime.driftHushed
func driftHushed() (barrier uint64)

//go:linkname driftUnhushed runtime.driftUnhushed
func driftUnhushed(barrier uint64)
