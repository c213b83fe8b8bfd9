// Package slog holds what is injected into package log/slog. This file stands in
// for that and is not injected.
package slog

import "context"

// WarnContext stands in for slog.WarnContext.
func WarnContext(ctx context.Context, msg string, args ...any) {}
