package inject

import "unsafe"

// Channels that carry: one that was made in scope has beside each element the
// context of who sent it, and who receives the element in scope runs under that
// while he works on it.
//
// hchan has a byte for it where there was padding, so that no channel of the
// program grows: 0 for one that does not carry, or what follows. What is carried lies behind a buffered
// channel (driftChan), which is allocated with pointers for that reason, whatever its
// elements hold, and its buffer apart. An unbuffered one has nothing: who waits tells
// by his g. A g does one channel operation at a time, and its sent and got are read
// and written by who completes that, under the channel's lock, while it waits.
//
// No allocation and no stack growth happens under that lock: what a sender sends, and
// the slots, are made before.

const (
	driftBare  = 1 + iota // it carries, and has no slots yet
	driftReady            // it has slots, or needs none
)

// What a g's fresh says of its last receive. 0: nothing came, or from a channel
// that does not carry.
const (
	driftCame   = 1 + iota // got is the sender's context
	driftNobody            // the sender had none
)

// driftChan is a buffered channel that carries.
type driftChan struct {
	hchan
	slots *[1 << 16]unsafe.Pointer // one for each element of the buffer
	one   [1]unsafe.Pointer        // the slot of a buffer of one
}

// driftMakechan is makechan for a channel that carries.
func driftMakechan(typ unsafe.Pointer, size int64) unsafe.Pointer {
	t := (*chantype)(typ)
	elem := t.Elem
	if size <= 0 || int64(int(size)) != size || elem.Size_ != 0 && uint64(size) > uint64((maxAlloc-hchanSize)/elem.Size_) {
		if int64(int(size)) != size {
			size = -1
		}
		c := makechan(t, int(size))
		c.drift = driftReady
		return unsafe.Pointer(c)
	}
	d := new(driftChan)
	c := &d.hchan
	if mem := elem.Size_ * uintptr(size); mem == 0 {
		c.buf = c.raceaddr()
	} else {
		c.buf = mallocgc(mem, elem, true)
	}
	c.elemsize = uint16(elem.Size_)
	c.elemtype = elem
	c.dataqsiz = uint(size)
	if b := getg().bubble; b != nil {
		c.bubble = b
	}
	lockInit(&c.lock, lockRankHchan)
	c.drift = driftBare
	return unsafe.Pointer(c)
}

// driftChanSend notes what the goroutine's send hands on, before the channel is locked.
func driftChanSend(c *hchan) {
	d := &getg().drift
	p := d.slot
	if p == nil || d.mute != 0 {
		if d.sent != nil { // as long as that is not nil, a send comes by here
			d.sent = nil
		}
		return
	}
	if c.drift == driftReady && d.once == 0 && d.sent != nil {
		// The same as last time?
		if !driftOwn(p) {
			if p == d.sent && d.since == 0 {
				return
			}
		} else if f := (*driftActive)(p); f.flags&driftIsCarried != 0 {
			if f.held == d.sent {
				return
			}
		} else if f.flags&driftIsAlias == 0 && driftTagged(f) == d.sent && atomic.Load(&f.ended) == 0 {
			return
		}
	}
	driftSendNew(c, d)
}

// driftMute and driftUnmute enclose a send that hands nothing on.
func driftMute() { getg().drift.mute = 1 }

func driftUnmute() { getg().drift.mute = 0 }

func driftSendNew(c *hchan, d *driftG) {
	share := driftShare(d)
	if share != nil && !driftOwn(d.slot) && d.since != 0 && driftHold >= 0 && getg().bubble == nil && driftHeld(d.since) > driftHold {
		share = nil
	}
	if share != d.sent {
		d.sent = share
	}
	if share == nil || c.drift != driftBare {
		return
	}
	full := (*driftChan)(unsafe.Pointer(c))
	slots := unsafe.Pointer(&full.one)
	if c.dataqsiz > 1 {
		s := make([]unsafe.Pointer, c.dataqsiz)
		slots = unsafe.Pointer(&s[0])
	}
	lock(&c.lock)
	if c.drift == driftBare {
		full.slots = (*[1 << 16]unsafe.Pointer)(slots)
		c.drift = driftReady
	}
	unlock(&c.lock)
}

// driftSlot returns where a buffered channel that is ready keeps what came with its
// ith element.
func driftSlot(c *hchan, i uint) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(unsafe.Pointer((*driftChan)(unsafe.Pointer(c)).slots), uintptr(i)*unsafe.Sizeof(c)))
}

// driftPut puts what the goroutine sends beside the ith element of a channel that is
// ready. What was there before was taken: it stays, for the next is mostly the same,
// and a store costs more than a comparison.
func driftPut(c *hchan, i uint) {
	if slot, sent := driftSlot(c, i), getg().drift.sent; *slot != sent {
		*slot = sent
	}
}

// driftHand gives what the goroutine sends to one that waits to receive.
func driftHand(to *g) { driftGive(&to.drift, getg().drift.sent) }

// driftFetch tells what came with the ith element of a channel that is ready.
func driftFetch(c *hchan, i uint) {
	driftGive(&getg().drift, *driftSlot(c, i))
}

// driftSwap takes what one that waits to send sends or, where the buffer is full, what
// came with its first element, and puts the other's in its place.
func driftSwap(c *hchan, from *g) {
	sent := from.drift.sent
	switch {
	case c.dataqsiz == 0:
	case c.drift != driftReady:
		sent = nil
	default:
		slot := driftSlot(c, c.recvx)
		first := *slot
		if first != sent {
			*slot = sent
		}
		sent = first
	}
	driftGive(&getg().drift, sent)
}

// driftGive notes what a goroutine received with an element.
func driftGive(d *driftG, c unsafe.Pointer) {
	if c == nil {
		d.fresh = driftNobody
		return
	}
	if d.got != c {
		d.got = c
	}
	d.fresh = driftCame
}

// driftGot makes the context current that came with what was just received in scope,
// or none where the sender had none.
//
//go:nosplit
func driftGot(flags uint32) {
	switch d := &getg().drift; {
	case d.fresh == 0:
	case d.fresh == driftNobody && d.slot == nil:
		d.fresh = 0
	default:
		driftGotWork(d, flags)
	}
}

// driftGotNext is driftGot where a loop ranges over a channel. token is the number of
// the activation of the element before, 0 for none: that one's work is over. The result is
// this one's.
//
//go:nosplit
func driftGotNext(token uint64, flags uint32) uint64 {
	d := &getg().drift
	if d.slot == nil && d.fresh != driftCame {
		d.fresh = 0
		return 0
	}
	if token != 0 && d.fresh == driftCame && driftOwn(d.slot) {
		if f := (*driftActive)(d.slot); f != nil && f.seq == token && f.held == d.got && f.flags&driftIsCarried != 0 {
			d.fresh = 0
			return token // by the same sender
		}
	}
	if token == 0 && d.fresh == 0 {
		return 0
	}
	return driftWorkNext(token, flags)
}

func driftWorkNext(token uint64, flags uint32) uint64 {
	driftDrop(token)
	d := &getg().drift
	before := d.seq
	if d.fresh != 0 {
		driftGotWork(d, flags)
	}
	if d.seq == before {
		return 0
	}
	return d.seq
}

// driftGotWork makes the context current of what was received where a goroutine serves.
// It is not work for one with an open span of its own, nor for one that is under the
// sender's trace already: that is a result.
func driftGotWork(d *driftG, flags uint32) {
	c := d.got
	if d.fresh == driftNobody {
		c = nil
	}
	d.fresh = 0
	p := driftTop(d)
	if c == nil && p == nil || driftBusy(p) {
		return
	}
	var sender *driftActive
	if c != nil {
		sender = driftOf(driftUntag(c))
	}
	if p != nil {
		cur := driftOf(driftUntag(p))
		if sender != nil && (cur == sender || cur.root != nil && cur.root == sender.root || driftSameTrace != nil && driftSameTrace(cur, sender)) {
			return
		}
		if flags&driftPushNested != 0 {
			return
		}
	}
	a := d.spare
	if a == nil {
		a = new(driftActiveAlias)
	} else {
		d.spare = nil
	}
	a.flags = driftIsAlias | driftIsMessage | driftIsCarried
	a.held, a.ended = c, 0
	if sender == nil {
		sender = &driftNobodys
	}
	a.under, a.root, a.provider = sender, sender.root, sender.provider
	if driftState == driftLogging {
		driftLog("receive", c)
	}
	driftPushActive(d, &a.driftActive, flags)
}

// driftShed lets go of what the goroutine has inherited: it begins to serve.
func driftShed() {
	d := &getg().drift
	last := &d.slot
	for *last != nil && driftOwn(*last) {
		last = &(*driftActive)(*last).prev
	}
	*last = nil
}

// driftNobodys is nobody's activation.
var driftNobodys driftActive

func init() { driftNobodys.root, driftNobodys.shared = &driftNobodys, 1 }

// driftSpare keeps an activation for the next element received: none but its goroutine has
// known it.
func driftSpare(d *driftG, f *driftActive) {
	a := (*driftActiveAlias)(unsafe.Pointer(f))
	a.held, a.under, a.root, a.provider = nil, &driftNobodys, &driftNobodys, nil
	d.spare = a
}

// driftActiveIn returns the activation of a slot value, the sender's of one that came with
// an element.
func driftActiveIn(p unsafe.Pointer) *driftActive {
	f := driftUntag(p)
	if f.flags&driftIsCarried != 0 && f.held != nil {
		return driftUntag(f.held)
	}
	return f
}
