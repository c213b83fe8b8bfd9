package http2

import (
	"net/http"
	"unsafe"
)

//go:linkname driftPropagator runtime.driftPropagator
var driftPropagator func() interface{}

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx interface{}) bool

//go:linkname driftInjectHeader runtime.driftInjectHeader
var driftInjectHeader func(p, ctx interface{}, baggage bool, have, into map[string][]string)

//go:linkname driftExtractHeader runtime.driftExtractHeader
var driftExtractHeader func(h map[string][]string) unsafe.Pointer

//go:linkname driftRemoteOver runtime.driftRemoteOver
var driftRemoteOver func(c unsafe.Pointer)

//go:linkname driftExclude runtime.driftExclude
var driftExclude []string

//go:linkname driftExcluded runtime.driftExcluded
func driftExcluded(scheme, host, name string) bool

//go:linkname driftPeer runtime.driftPeer
func driftPeer(scheme, host, name string) bool

//go:linkname driftAdopt runtime.driftAdopt
func driftAdopt(c unsafe.Pointer) (old unsafe.Pointer, hushed uint64)

//go:linkname driftRestore runtime.driftRestore
func driftRestore(old unsafe.Pointer, hushed uint64)

// driftRequest returns a request with the span of its ctx, or the current one,
// in its headers: another one than the caller's, if there is something to add.
func driftRequest(req *http.Request) *http.Request {
	if driftInjectHeader == nil || driftPropagator == nil {
		return req
	}
	ctx, u := req.Context(), req.URL
	if u == nil || !driftLive(ctx) || len(driftExclude) > 0 && driftExcluded(u.Scheme, u.Host, u.Hostname()) {
		return req
	}
	p := driftPropagator()
	if p == nil {
		return req
	}
	r := *req
	r.Header = make(http.Header, len(req.Header)+2)
	driftInjectHeader(p, ctx, driftPeer(u.Scheme, u.Host, u.Hostname()), req.Header, r.Header)
	if len(r.Header) == 0 {
		return req
	}
	for key, values := range req.Header {
		r.Header[key] = values
	}
	return &r
}

// driftAnswered gives the response to a request that driftRequest returned the
// caller's own.
func driftAnswered(caller, sent *http.Request) func(*http.Response, error) (*http.Response, error) {
	return func(resp *http.Response, err error) (*http.Response, error) {
		if resp != nil && resp.Request == sent {
			resp.Request = caller
		}
		return resp, err
	}
}

// driftHandler returns a handler that has each request start from what its
// headers say, or from nothing: never from that of the connection's last one.
func driftHandler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var c unsafe.Pointer
		if driftExtractHeader != nil {
			c = driftExtractHeader(req.Header)
		}
		old, hushed := driftAdopt(c)
		defer func() {
			driftRestore(old, hushed)
			if c != nil {
				driftRemoteOver(c)
			}
		}()
		h.ServeHTTP(w, req)
	})
}
