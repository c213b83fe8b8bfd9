package rt

import _ "unsafe" // for go:linkname

//go:linkname driftStack runtime.driftStack
func driftStack(limit int, above []string) string
