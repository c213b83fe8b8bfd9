package seam

// Of a push: what a call site says of a span, or of what was received, that it makes
// current.
const (
	// PushSure says that the call pushed for certainly started a span.
	PushSure = 1 << iota
	// PushTransfer says that the function hands the span to its caller.
	PushTransfer
	// PushByFunc says that it does so by a func alone.
	PushByFunc
	// PushBatched says of a message that it was taken out of a slice of them. That may be
	// a batch just received, whose links are current, or one that is yet to be sent: then
	// missing headers carry no information.
	PushBatched
	// PushKept says that the span's ctx went into another variable, so that its function
	// still has the ctx that the span was started from. A span started from the old ctx
	// is beside this one, not under it.
	PushKept
	// PushUsed says that the span was started elsewhere, and came by a channel or a call
	// to the code that uses it now.
	PushUsed
	// PushNested says of what was received from a channel that it is not the first in its
	// loop's round.
	PushNested

	// PushLevel is the bit from which on it says how many loops deep the variable was
	// declared.
	PushLevel = 8
)

// Of an activation: what its span is.
const (
	// ActiveDropped marks the activation of a span that is not recorded. It is one object with
	// the span.
	ActiveDropped = 1 << iota
	// ActiveLinked marks an activation that is no span's: what is started under it is a root with
	// links. It has ended from the start.
	ActiveLinked
	// ActiveRemote marks the activation of a remote span.
	ActiveRemote
	// ActiveMessage marks the activation of a message that the goroutine received by itself.
	ActiveMessage
	// ActiveAlias marks a driftActiveAlias.
	ActiveAlias
	// ActiveCarried marks one that came with what the goroutine received from a channel.
	// Its held is the slot value that was sent, nil for none.
	ActiveCarried
)

// StateLogging is driftState where hand-offs are logged, by driftLog.
const StateLogging = 3

// Of I/O that alerts are raised for.
const (
	OpDial = 1 << iota
	OpWrite
	OpResolve
)

// constants are the flags that injected files name.
var constants = []struct {
	name  string
	value int
}{
	{"driftPushSure", PushSure},
	{"driftPushTransfer", PushTransfer},
	{"driftPushByFunc", PushByFunc},
	{"driftPushBatched", PushBatched},
	{"driftPushKept", PushKept},
	{"driftPushUsed", PushUsed},
	{"driftPushNested", PushNested},
	{"driftPushLevel", PushLevel},
	{"driftIsDropped", ActiveDropped},
	{"driftIsLinked", ActiveLinked},
	{"driftIsRemote", ActiveRemote},
	{"driftIsMessage", ActiveMessage},
	{"driftIsAlias", ActiveAlias},
	{"driftIsCarried", ActiveCarried},
	{"driftLogging", StateLogging},
	{"driftOpDial", OpDial},
	{"driftOpWrite", OpWrite},
	{"driftOpResolve", OpResolve},
}
