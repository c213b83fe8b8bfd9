package sync

import _ "unsafe" // for go:linkname

//go:linkname driftOnceEnter runtime.driftOnceEnter
func driftOnceEnter()

//go:linkname driftOnceLeave runtime.driftOnceLeave
func driftOnceLeave()
