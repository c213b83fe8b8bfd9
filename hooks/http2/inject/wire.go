package http2

import (
	"net/http"
)

// driftAnsweredBy gives the response to a request that driftRequest returned the
// caller's own.
func driftAnsweredBy(caller, sent *http.Request) func(*http.Response, error) (*http.Response, error) {
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
		defer driftDelivered(driftDeliver(driftFromHeader(req.Header)))
		h.ServeHTTP(w, req)
	})
}
