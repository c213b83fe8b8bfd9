// Package ants holds what is injected into package ants. This file stands in
// for that and is not injected.
package ants

func run(w *struct{ drift driftJob }) {
	w.drift.carry()
	driftOld := w.drift.adopt()
	driftRestore(driftOld)
}

var _ = run
