package stream

// driftBound returns a callback that runs f under what is current now. What
// runs callbacks is under none.
func driftBound(f Callback) Callback {
	if f == nil {
		return nil
	}
	c, ok := driftCapture(false)
	if !ok {
		return f
	}
	return func() {
		defer driftDetach(driftAttach(c))
		f()
	}
}
