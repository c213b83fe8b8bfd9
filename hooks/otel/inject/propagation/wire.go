package propagation

import (
	"context"
	"unsafe"

	"go.opentelemetry.io/otel/baggage"
)

func init() {
	driftInjectTo = driftDoInject
	driftInject = func(ctx any, get func(key string) string, set func(key, value string)) {
		driftDoInject(ctx, driftMessageBaggage, get, set)
	}
	driftInjectHeader = driftDoInjectHeader
	driftExtract = func(get func(key string) string) unsafe.Pointer { return driftServeCarrier(&driftCarrier{get: get}) }
	driftExtractHeader = func(h map[string][]string) unsafe.Pointer { return driftServeCarrier(driftHeaderMap(h)) }
	driftExtractSpan = func(get func(key string) string) any {
		if _, sc := driftRemote(driftDoExtract(driftGlobalPropagator(), &driftCarrier{get: get}), false); sc.IsValid() {
			return sc
		}
		return nil
	}
	driftReceive = func(get func(key string) string) unsafe.Pointer {
		if !driftLinkMessages {
			c, _ := driftRemote(driftDoExtract(driftGlobalPropagator(), &driftCarrier{get: get}), driftMessageBaggage)
			return c
		}
		if sc := driftExtractSpan(get); sc != nil {
			return driftLinks([]any{sc})
		}
		return nil
	}
	driftChild()
}

// driftServeCarrier returns the context to adopt for what a caller sent, by what the
// configuration says of callers; nil for none.
func driftServeCarrier(from TextMapCarrier) unsafe.Pointer {
	if driftIncoming == "off" {
		return nil
	}
	c, sc := driftRemote(driftDoExtract(driftGlobalPropagator(), from), driftIncomingBaggage)
	if c != nil && driftIncoming == "link" {
		return driftLinks([]any{sc})
	}
	return c
}

// driftGlobalPropagator returns the global propagator, nil while it is none of the user's
// to ask.
func driftGlobalPropagator() TextMapPropagator {
	if driftPropagator == nil || !driftOn() {
		return nil
	}
	p, _ := driftPropagator().(TextMapPropagator)
	return p
}

// driftChild takes on the context that this process was started with. The
// user's propagator is not set yet: the names and the form are the W3C's, as the
// specification of environment carriers has them.
func driftChild() {
	get := func(key string) string {
		switch key {
		case "traceparent":
			return driftGetenv("TRACEPARENT")
		case "tracestate":
			return driftGetenv("TRACESTATE")
		case "baggage":
			return driftGetenv("BAGGAGE")
		}
		return ""
	}
	if get("traceparent") == "" || !driftEnvOn() {
		return
	}
	ctx := driftDoExtract(TraceContext{}, &driftCarrier{get: get})
	if ctx == nil {
		return
	}
	// Baggage's own Extract would complain of what it can't read on stderr.
	if b, err := baggage.Parse(get("baggage")); err == nil && b.Len() > 0 {
		ctx = baggage.ContextWithBaggage(ctx, b)
	}
	if c, _ := driftRemote(ctx, driftIncomingBaggage); c != nil {
		driftProcess(c)
	}
}

// driftCarrier is a carrier in whatever form a library has its headers. What is
// set is kept until it is known that nothing is in its way.
type driftCarrier struct {
	get  func(key string) string
	keys []string
	vals []string
}

func (c *driftCarrier) Get(key string) string { return c.get(key) }

func (c *driftCarrier) Set(key, value string) {
	for i, k := range c.keys {
		if k == key {
			c.vals[i] = value
			return
		}
	}
	c.keys, c.vals = append(c.keys, key), append(c.vals, value)
}

func (c *driftCarrier) Keys() []string { return nil }

func driftDoInject(ctx any, carried bool, get func(key string) string, set func(key, value string)) {
	p := driftGlobalPropagator()
	if p == nil {
		return
	}
	c := driftSendFrom(ctx, carried)
	if c == nil {
		return
	}
	carrier := &driftCarrier{get: get}
	p.Inject(c, carrier)
	for _, key := range carrier.keys {
		if get(key) != "" {
			return
		}
	}
	for i, key := range carrier.keys {
		set(key, carrier.vals[i])
	}
}

// driftHeaderCarrier writes headers beside those of a request. The first values
// lie in it, so that a header costs no slice.
type driftHeaderCarrier struct {
	HeaderCarrier // the request's, to get from
	into          map[string][]string
	vals          [2]string
	n             uint8
	lost          bool // the request has one of them itself
}

// Set writes nothing, and takes back what was written, where the request has the
// header, be it without a value: that is how net/http's users leave one out. As
// the key is given, it may be one that they wrote past Header.Set.
func (c *driftHeaderCarrier) Set(key, value string) {
	if c.lost {
		return
	}
	header := driftCanonical(key)
	_, has := c.HeaderCarrier[header]
	if _, raw := c.HeaderCarrier[key]; has || raw {
		c.lost = true
		clear(c.into)
		return
	}
	if int(c.n) == len(c.vals) {
		c.into[header] = []string{value}
		return
	}
	c.vals[c.n] = value
	c.into[header] = c.vals[c.n : c.n+1 : c.n+1]
	c.n++
}

// driftHeaderMap reads headers in the form that net/http brought them into. Unlike
// a HeaderCarrier it allocates nothing for what is not there.
type driftHeaderMap map[string][]string

// Get returns a header's first value.
func (h driftHeaderMap) Get(key string) string {
	if v := h[driftCanonical(key)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Values returns a header's values.
func (h driftHeaderMap) Values(key string) []string { return h[driftCanonical(key)] }

// Set does nothing: what is extracted from is not written to.
func (h driftHeaderMap) Set(key, value string) {}

// Keys returns what headers there are.
func (h driftHeaderMap) Keys() []string {
	keys := make([]string, 0, len(h))
	for key := range h {
		keys = append(keys, key)
	}
	return keys
}

// driftCanonical is net/textproto's CanonicalMIMEHeaderKey for the names that
// propagators use.
func driftCanonical(key string) string {
	switch key {
	case "traceparent":
		return "Traceparent"
	case "tracestate":
		return "Tracestate"
	case "baggage":
		return "Baggage"
	}
	b := []byte(key)
	upper := true
	for i, c := range b {
		if upper && 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		} else if !upper && 'A' <= c && c <= 'Z' {
			b[i] = c - 'A' + 'a'
		}
		upper = c == '-'
	}
	return string(b)
}

func driftDoInjectHeader(p, ctx any, carried bool, have, into map[string][]string) {
	propagator, ok := p.(TextMapPropagator)
	if !ok || !driftOn() {
		return
	}
	if c := driftSendFrom(ctx, carried); c != nil {
		propagator.Inject(c, &driftHeaderCarrier{HeaderCarrier: have, into: into})
	}
}

// driftDoExtract returns what a propagator makes of headers, nil for nothing. A
// propagator may panic over what it does not expect; the request is served.
func driftDoExtract(p TextMapPropagator, from TextMapCarrier) (ctx context.Context) {
	if p == nil {
		return nil
	}
	defer func() {
		if recover() != nil {
			ctx = nil
		}
	}()
	blank := driftNewBlank()
	if ctx = p.Extract(blank, from); ctx == blank {
		return nil
	}
	return ctx
}
