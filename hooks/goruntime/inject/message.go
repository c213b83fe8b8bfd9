package inject

import "unsafe"

// Messages that the user's own goroutine receives: what came with one is current
// as a span is that was started there, by an activation on the goroutine's chain.

// driftKinds are the types of messages that the program's libraries told of.
var driftKinds []driftKind

type driftKind struct {
	name string
	read func(message unsafe.Pointer) unsafe.Pointer
}

// driftMessage tells how to read the messages of a type, named as the rules
// name it. read is given the address of one and returns what driftReceive, or
// driftLinks, makes of its headers. It is called by the init functions of hooked
// packages.
func driftMessage(name string, read func(message unsafe.Pointer) unsafe.Pointer) {
	driftKinds = append(driftKinds, driftKind{name, read})
}

// driftReceived makes the context of a message current that was just received in
// scope, or none. Not so where the goroutine has an open span of its own, or is
// under the message's own trace already: that says more about what it does. Nor
// where it works for a request that is not over: that gets a link to the message,
// which may be no more than an answer, or a word from elsewhere.
func driftReceived(kind string, message unsafe.Pointer, flags uint32) {
	var read func(message unsafe.Pointer) unsafe.Pointer
	for i := range driftKinds {
		if driftKinds[i].name == kind {
			read = driftKinds[i].read
			break
		}
	}
	if read == nil || !driftOn() {
		return
	}
	d := &getg().drift
	p := driftTop(d)
	if driftBusy(p) {
		return
	}
	var cur *driftActive
	if p != nil {
		cur = driftOf(driftUntag(p))
		if cur.flags&driftIsMessage == 0 && cur != driftOrigin && atomic.Load(&cur.ended) == 0 {
			if c := read(message); c != nil && driftLinkMessage != nil {
				driftLinkMessage(cur, c)
			}
			return
		}
	}
	c := read(message)
	if c == nil && p == nil {
		return
	}
	if c == nil && flags&driftPushBatched != 0 {
		if !driftOwn(p) || (*driftActive)(p).flags&(driftIsMessage|driftIsLinked) != driftIsMessage|driftIsLinked {
			return
		}
	}
	f := &driftActive{} // none
	if c != nil {
		f = (*driftActive)(unsafe.Add(c, -1))
		if cur != nil && driftSameTrace != nil && driftSameTrace(cur, f) && cur.flags&driftIsMessage == 0 {
			return
		}
	}
	f.flags |= driftIsMessage
	f.ended = 0 // of a linked one, which nobody has seen yet
	if c == nil {
		f.root, f.shared = f, 1
	}
	driftPushActive(d, f, flags)
}

// driftLinkMessage gives the open span of an activation that is current a link to the
// message of a context, unless that is of the span's own trace. Package trace fills
// it in.
var driftLinkMessage func(cur *driftActive, c unsafe.Pointer)

// driftSenders are the types of messages that libraries take from channels.
var driftSenders []driftSenderKind

type driftSenderKind struct {
	name string
	note func(message unsafe.Pointer)
}

// driftSender tells how to note the current span in a message of a type, named as
// the rules name it. note is given the address of one.
func driftSender(name string, note func(message unsafe.Pointer)) {
	driftSenders = append(driftSenders, driftSenderKind{name, note})
}

// driftSending has the current span noted in a message that is about to be sent on
// a channel in scope.
func driftSending(kind string, message unsafe.Pointer) {
	if !driftOn() {
		return
	}
	for i := range driftSenders {
		if driftSenders[i].name == kind {
			driftSenders[i].note(message)
			return
		}
	}
}

// driftBusy reports whether an open span of the goroutine's own is in its chain,
// from p on.
func driftBusy(p unsafe.Pointer) bool {
	for p != nil && driftOwn(p) {
		f := (*driftActive)(p)
		if f.flags&driftIsMessage == 0 && atomic.Load(&f.ended) == 0 {
			return true
		}
		p = f.prev
	}
	return false
}

// driftTakeMessage makes a message's context current that the function just
// called received, and handed on with the message.
func driftTakeMessage(flags uint32) {
	d := &getg().drift
	f := d.float
	switch {
	case f == nil || f.flags&driftIsMessage == 0:
		return
	case f.flags&driftIsCarried != 0:
		if d.fresh = driftNobody; f.held != nil {
			d.got, d.fresh = f.held, driftCame
		}
		d.float = nil
		driftSpare(d, f)
		driftGotWork(d, flags)
	default:
		d.float = nil
		driftPushActive(d, f, flags)
	}
}

// driftSameTrace reports whether two activations are of one trace. Package trace fills
// it in.
var driftSameTrace func(a, b *driftActive) bool

// driftOrigin is the activation of what this process was started with: it is never
// over, and nobody's request.
var driftOrigin *driftActive

// driftEndMessage says that a message's extent has ended: who works on it still
// is detached in time.
func driftEndMessage(f *driftActive) {
	if f.flags&driftIsRemote != 0 {
		driftEndRemote(driftTagged(f))
	}
}
