package ants

import "unsafe"

// driftJob is the field of a worker that says under which context, or none, the
// argument is that was last sent to it.
//
// It needs no lock. Who sends has the worker to itself: it was taken off the
// pool's queue under the pool's lock, or has just been started, and only the
// worker puts itself back, with revertWorker, after the call. What tells a
// worker to finish takes it off the queue likewise, and leaves the field alone.
type driftJob struct{ c unsafe.Pointer }

// carry notes the sender's context. It is called right before the argument is
// sent, every time: who sends under none must not leave what was there before.
func (j *driftJob) carry() { j.c, _ = driftCapture(false) }

// adopt makes that the worker's own, after the argument was received, and lets
// go of it. It returns what driftDetach takes. A panic or Goexit of the pool's
// function ends the worker's goroutine, and nothing is restored: so the panic
// handler still runs under the context.
func (j *driftJob) adopt() (old unsafe.Pointer, was uint64) {
	c := j.c
	j.c = nil
	return driftAttach(c)
}
