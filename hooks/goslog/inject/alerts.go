package slog

import (
	"context"
)

func init() {
	driftWarn = func(ctx any, msg string, args []any) {
		c, _ := ctx.(context.Context)
		WarnContext(c, msg, args...)
	}
}
