package bbolt

import _ "unsafe" // for go:linkname

//go:linkname driftHushed runtime.driftHushed
func driftHushed()

//go:linkname driftUnhushed runtime.driftUnhushed
func driftUnhushed()
