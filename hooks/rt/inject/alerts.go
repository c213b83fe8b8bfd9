package rt

func init() {
	driftTell = func(trace, span, operation, address, module, version, function, stack string) {
		deliver(Alert{
			TraceID: trace, SpanID: span, Operation: operation, Address: address,
			Module: module, Version: version, Function: function, Stack: stack,
		})
	}
	told = func() {
		if driftTold != nil {
			driftTold()
		}
	}
}
