package hooks

import (
	"bytes"
	"fmt"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// injected returns the file of package runtime that lists the packages that
// functions named drift... are injected into: what a stack leaves out of them
// (hooks/goruntime/inject/stack.go).
func injected() rule.File {
	var b bytes.Buffer
	b.WriteString("package runtime\n\nvar driftInjected = []string{\n")
	for _, r := range All() {
		if len(r.Files) > 0 {
			fmt.Fprintf(&b, "\t%q,\n", r.Package)
		}
	}
	b.WriteString("}\n")
	return rule.File{Name: "injected.go", Body: b.Bytes()}
}
