// Package ants holds what is injected into package ants. This file stands in
// for that and is not injected.
package ants

func run(w *struct{ drift driftJob }) {
	w.drift.carry()
	driftOld, driftHush := w.drift.adopt()
	driftDetach(driftOld, driftHush)
}

var _ = run
