package inject

import "unsafe"

// driftG is the field woven into runtime.g.
//
// A slot value is nil, an activation of this goroutine's own (started here), or a
// activation it inherited, told apart by the lowest bit: an own activation is a pointer
// to its first byte, an inherited one a pointer to its second. Both keep the
// activation alive, and copying the context to another goroutine stays one word.
type driftG struct {
	slot    unsafe.Pointer // the ambient context
	since   uint64         // when what the goroutine inherited was handed on, as driftClock counts; 0: it was adopted
	hand    unsafe.Pointer // what the next go statement hands on: the mark
	handed  uint64         // and its since
	float   *driftActive   // started or returned by a callee, not yet taken by a caller
	forCtx  unsafe.Pointer // the data word of the ctx that the Start about to be called is given
	before  uint64         // the number that its parent must not exceed; 0: there is none
	seq     uint64         // pushes so far on this g; only ever grows
	barrier uint64         // seq when what hands nothing on began last
	count   uint32         // own activations in the chain, ended ones included
	limit   uint32         // count at which the chain is next swept
	once    uint32         // depth of functions being run that hand nothing on
	lent    uint32         // of a coroutine: how much of that is its resumer's
	coro    uintptr        // the coroutine that this goroutine was made for, or 0

	sent  unsafe.Pointer    // what a channel operation that is under way sends
	got   unsafe.Pointer    // what the last receive brought, if fresh says so
	spare *driftActiveAlias // for the next receive
	fresh uint8             // what the last receive was: driftCame, driftNobody
	mute  uint8             // what is sent now, is sent under none
}

func driftOwn(p unsafe.Pointer) bool { return uintptr(p)&1 == 0 }

// driftUntag returns the activation of a slot value, own or inherited.
func driftUntag(p unsafe.Pointer) *driftActive {
	if !driftOwn(p) {
		p = unsafe.Add(p, -1)
	}
	return (*driftActive)(p)
}

func driftTagged(f *driftActive) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(f), 1)
}

// driftTop drops ended own activations from the top of d's chain and returns what
// is current then: the newest open own activation, else the inherited one, else nil.
func driftTop(d *driftG) unsafe.Pointer {
	p := d.slot
	for p != nil && driftOwn(p) {
		f := (*driftActive)(p)
		if !driftHasEnded(f) {
			break
		}
		p = f.prev
		f.prev = nil // whoever inherited f must not hold what lay beneath it
		d.count--
	}
	d.slot = p
	return p
}

// driftOnTop reports whether a slot value is what driftTop returns, as far as that is
// told at once, and by code that is inlined.
func driftOnTop(p unsafe.Pointer) bool {
	return p == nil || uintptr(p)&1 != 0 || (*driftActive)(p).ended|uint32((*driftActive)(p).flags) == 0
}
