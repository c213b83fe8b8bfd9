// Package connect holds what is injected into the package of that name. This
// file stands in for that and is not injected.
package connect

type duplexHTTPCall struct{ drift driftPointer }

var _ = []any{driftBegun}
