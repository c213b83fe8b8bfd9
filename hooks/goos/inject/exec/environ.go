package exec

import _ "unsafe" // for go:linkname

//go:linkname driftEnviron os.driftEnviron
func driftEnviron(ctx any, env []string) []string
