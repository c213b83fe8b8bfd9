// Package goslog weaves package log/slog: alerts are logged through the
// program's default logger.
package goslog

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/alerts.go
var alerts []byte

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "goslog",
		Doc:     "alerts are warnings of the default logger",
		Package: "log/slog",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Files:   []rule.File{{Name: "alerts.go", Body: alerts}},
	}}
}
