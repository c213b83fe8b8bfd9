// Package net holds what is injected into package net. This file stands in for
// that and is not injected.
package net

import "net"

type (
	// Addr stands in for net.Addr.
	Addr = net.Addr
	// Conn stands in for net.Conn.
	Conn any
	// TCPAddr stands in for net.TCPAddr.
	TCPAddr = net.TCPAddr
	// TCPConn stands in for net.TCPConn.
	TCPConn struct{ fd *netFD }
)

type netFD struct {
	raddr       Addr
	driftOthers bool
}

var _ = []any{driftDial, driftDialTCP, driftResolve, driftWriteConn, driftWriteBuffers, driftAccepted, driftInheritedConn}
