package http

import (
	"net/url"
	"unsafe"
)

//go:linkname driftPropagator runtime.driftPropagator
var driftPropagator func() any

//go:linkname driftLive runtime.driftLive
var driftLive func(ctx any) bool

//go:linkname driftInjectHeader runtime.driftInjectHeader
var driftInjectHeader func(p, ctx any, baggage bool, have, into map[string][]string)

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

// driftHeaders adds the span of a request's ctx, or the current one, to the
// headers that the transport writes behind the request's own: the request is
// the caller's, and is not modified.
func driftHeaders(req *transportRequest) {
	ctx := req.Context()
	if p := driftSends(req.URL, ctx); p != nil {
		driftInjectHeader(p, ctx, driftPeer(req.URL.Scheme, req.URL.Host, req.URL.Hostname()), req.Header, req.extraHeaders())
	}
}

// driftRequest is driftHeaders for a transport that takes a request: it returns
// another one, if there is something to add.
func driftRequest(req *Request) *Request {
	ctx := req.Context()
	p := driftSends(req.URL, ctx)
	if p == nil {
		return req
	}
	r := *req
	r.Header = make(Header, len(req.Header)+2)
	driftInjectHeader(p, ctx, driftPeer(req.URL.Scheme, req.URL.Host, req.URL.Hostname()), req.Header, r.Header)
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
func driftAnswered(caller, sent *Request, resp *Response, err error) (*Response, error) {
	if resp != nil && resp.Request == sent {
		resp.Request = caller
	}
	return resp, err
}

// driftSends returns the propagator, nil if there is nothing to add to a request.
func driftSends(u *url.URL, ctx any) any {
	if driftInjectHeader == nil || driftPropagator == nil || !driftLive(ctx) ||
		len(driftExclude) > 0 && driftExcluded(u.Scheme, u.Host, u.Hostname()) {
		return nil
	}
	return driftPropagator()
}

// driftServe makes what a request's headers say the current context, or none:
// never that of the connection's last request. driftServed ends that.
func driftServe(h Header) (c, old unsafe.Pointer, hushed uint64) {
	if driftExtractHeader != nil {
		c = driftExtractHeader(h)
	}
	old, hushed = driftAdopt(c)
	return c, old, hushed
}

func driftServed(c, old unsafe.Pointer, hushed uint64) {
	driftRestore(old, hushed)
	if c != nil {
		driftRemoteOver(c)
	}
}
