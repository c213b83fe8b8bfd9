package http

import (
	"net/url"
	"unsafe"
)

// driftRequestHeaders adds the span of a request's ctx, or the current one, to the
// headers that the transport writes behind the request's own: the request is
// the caller's, and is not modified.
func driftRequestHeaders(req *transportRequest) {
	ctx := req.Context()
	if p := driftSendsTo(req.URL, ctx); p != nil {
		driftInjectHeader(p, ctx, driftPeer(req.URL.Scheme, req.URL.Host, req.URL.Hostname()), req.Header, req.extraHeaders())
	}
}

// driftRequest is driftRequestHeaders for a transport that takes a request: it returns
// another one, if there is something to add.
func driftRequest(req *Request) *Request {
	ctx := req.Context()
	p := driftSendsTo(req.URL, ctx)
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

// driftSendsTo returns the propagator, nil if there is nothing to add to a request.
func driftSendsTo(u *url.URL, ctx any) any {
	if driftInjectHeader == nil || driftPropagator == nil || u == nil || !driftLive(ctx) ||
		len(driftExclude) > 0 && driftExcluded(u.Scheme, u.Host, u.Hostname()) {
		return nil
	}
	return driftPropagator()
}

// driftFromHeader returns what a request's headers say, nil if that is nothing.
func driftFromHeader(h Header) unsafe.Pointer {
	if driftExtractHeader == nil {
		return nil
	}
	return driftExtractHeader(h)
}
