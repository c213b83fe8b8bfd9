package exec

import _ "unsafe" // for go:linkname

//go:linkname driftEnvironOf os.driftEnvironOf
func driftEnvironOf(ctx any, env []string) []string
