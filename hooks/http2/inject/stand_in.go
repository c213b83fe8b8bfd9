// Package http2 holds what is injected into golang.org/x/net/http2. This file
// stands in for that and is not injected.
package http2

var _ = []interface{}{driftAnsweredBy, driftHandler}
