package net

// driftDial says that something is dialed, if that is over TCP. address is a
// string or has a String method.
//
//go:noinline
func driftDial(ctx any, network string, address any) {
	switch network {
	case "tcp", "tcp4", "tcp6":
		if driftIO != nil {
			driftIO(driftOpDial, ctx, address)
		}
	}
}

// driftDialTCP is driftDial for an address that may be missing.
func driftDialTCP(ctx any, network string, address *TCPAddr) {
	if address != nil {
		driftDial(ctx, network, address)
	}
}

//go:noinline
func driftResolve(ctx any, name string) {
	if driftIO != nil {
		driftIO(driftOpResolve, ctx, name)
	}
}

// driftWriteConn says that a connection is written to, if that is a TCP one that
// was dialed here.
func driftWriteConn(fd *netFD) {
	if fd.driftOthers || driftIO == nil {
		return
	}
	if to, ok := fd.raddr.(*TCPAddr); ok {
		driftIO(driftOpWrite, nil, to)
	}
}

// driftWriteBuffers takes a buffersWriter, which a TCPConn is not everywhere.
func driftWriteBuffers(w any) {
	if c, ok := w.(*TCPConn); ok && c != nil && c.fd != nil {
		driftWriteConn(c.fd)
	}
}

func driftAccepted(c *TCPConn) {
	if c != nil && c.fd != nil {
		c.fd.driftOthers = true
	}
}

func driftInheritedConn(c Conn) {
	if t, ok := c.(*TCPConn); ok {
		driftAccepted(t)
	}
}
