// Package gonet weaves package net: what dials, writes to a TCP connection or
// resolves a name asks, under DRIFT_ALERTS=on, whether instrumentation sees it.
// Switched off, each of these reads one variable more.
package gonet

import (
	_ "embed" // for the injected file

	"github.com/drift-go/drift-toolexec/weave/rule"
)

//go:embed inject/alerts.go
var alerts []byte

// on encloses what is done under DRIFT_ALERTS=on.
func on(call string) string { return "if driftAlerts != 0 { " + call + " }" }

// resolve is the patch for a method of Resolver.
func resolve(method, stmt, name string) rule.Patch {
	return rule.Patch{
		Doc:  "a name is resolved",
		In:   "(*Resolver)." + method,
		Kind: rule.Before,
		Stmt: stmt,
		Code: on("driftResolve(ctx, " + name + ")"),
	}
}

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	return []*rule.Rule{{
		Name:    "gonet",
		Doc:     "under DRIFT_ALERTS=on, I/O that no instrumentation sees raises an alert",
		Package: "net",
		Std:     true,
		Tried:   []string{"1.25", "1.26", "1.27"},
		Patches: []rule.Patch{
			{
				// Here, not where a socket is made: with addresses of both
				// families that is on goroutines of their own.
				Doc:  "a connection is dialed",
				In:   "(*Dialer).DialContext",
				Kind: rule.Before,
				Stmt: "return sd.dialParallel(ctx, primaries, fallbacks)",
				Code: on("driftDial(ctx, network, address)"),
			},
			{
				Doc:  "a TCP address is dialed",
				In:   "DialTCP",
				Kind: rule.Entry,
				Code: on("driftDialTCP(nil, network, raddr)"),
			},
			{
				Doc:   "a TCP address is dialed by a Dialer",
				In:    "(*Dialer).DialTCP",
				Kind:  rule.Entry,
				Code:  on("driftDial(ctx, network, raddr)"),
				Since: "v1.26.0",
			},
			resolve("lookupIPAddr", "trace, _ := ctx.Value(nettrace.TraceKey{})", "host"),
			resolve("LookupHost", "return r.lookupHost(ctx, host)", "host"),
			resolve("LookupCNAME", "cname, err := r.lookupCNAME(ctx, host)", "host"),
			resolve("LookupSRV", "cname, addrs, err := r.lookupSRV(", "name"),
			resolve("LookupMX", "records, err := r.lookupMX(", "name"),
			resolve("LookupNS", "records, err := r.lookupNS(", "name"),
			resolve("LookupTXT", "return r.lookupTXT(", "name"),
			resolve("LookupAddr", "names, err := r.lookupAddr(", "addr"),
			{
				Doc:  "a name is resolved, past the Resolver's exported methods",
				In:   "LookupTXT",
				Kind: rule.Entry,
				Code: on("driftResolve(nil, name)"),
			},
			{
				Doc:  "a connection is written to",
				In:   "(*conn).Write",
				Kind: rule.Before,
				Stmt: "n, err := c.fd.Write(b)",
				Code: on("driftWriteConn(c.fd)"),
			},
			{
				Doc:  "a file or another connection is copied to a connection",
				In:   "(*TCPConn).ReadFrom",
				Kind: rule.Before,
				Stmt: "n, err := c.readFrom(r)",
				Code: on("driftWriteConn(c.fd)"),
			},
			{
				Doc:  "a connection is written to, several buffers at once",
				In:   "(*Buffers).WriteTo",
				Kind: rule.Before,
				Stmt: "return wv.writeBuffers(v)",
				Code: on("driftWriteBuffers(wv)"),
			},
			{
				Doc:  "know connections that others made",
				In:   "netFD",
				Kind: rule.Field,
				Code: "driftOthers bool",
			},
			{
				Doc:  "an accepted connection",
				In:   "(*TCPListener).Accept",
				Kind: rule.After,
				Stmt: "c, err := l.accept()",
				Code: "driftAccepted(c)",
			},
			{
				Doc:  "an accepted connection",
				In:   "(*TCPListener).AcceptTCP",
				Kind: rule.After,
				Stmt: "c, err := l.accept()",
				Code: "driftAccepted(c)",
			},
			{
				Doc:  "a connection that was handed over as a file, who knows by whom made",
				In:   "FileConn",
				Kind: rule.After,
				Stmt: "c, err = fileConn(f)",
				Code: "driftInheritedConn(c)",
			},
		},
		Files: []rule.File{{Name: "alerts.go", Body: alerts}},
	}}
}
