package rt

import "go.opentelemetry.io/otel/trace"

func init() {
	driftTell = func(sc any, operation, address, module, version, function, stack string) {
		deliver(Alert{
			SpanContext: sc.(trace.SpanContext), Operation: operation, Address: address,
			Module: module, Version: version, Function: function, Stack: stack,
		})
	}
	told = func() {
		if driftTold != nil {
			driftTold()
		}
	}
}
