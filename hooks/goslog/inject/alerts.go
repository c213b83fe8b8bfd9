package slog

import (
	"context"
	_ "unsafe" // for go:linkname
)

//go:linkname driftWarn runtime.driftWarn
var driftWarn func(ctx any, msg string, args []any)

func init() {
	driftWarn = func(ctx any, msg string, args []any) {
		c, _ := ctx.(context.Context)
		WarnContext(c, msg, args...)
	}
}
