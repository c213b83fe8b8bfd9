package connect

// driftBegun notes what is current where a call begins.
func driftBegun(d *duplexHTTPCall) *duplexHTTPCall {
	d.drift = driftHere()
	return d
}
