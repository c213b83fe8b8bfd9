package testing

import _ "unsafe" // for go:linkname

//go:linkname driftMark runtime.driftMark
func driftMark()
