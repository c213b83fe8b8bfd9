// Package http holds what is injected into package net/http. This file stands in
// for that and is not injected.
package http

import "net/http"

type (
	// Request stands in for http.Request.
	Request = http.Request
	// Response stands in for http.Response.
	Response = http.Response
	// Header stands in for http.Header.
	Header = http.Header
)

type transportRequest struct{ *Request }

func (*transportRequest) extraHeaders() Header { return nil }

var _ = []any{driftRequestHeaders, driftAnswered}
