package extent

// Flags of a push, as the runtime hook's frame.go has them.
const (
	FlagSure     = 1
	FlagTransfer = 2
	FlagByFunc   = 4
	flagBatched  = 8  // of a message: taken out of a batch
	FlagKept     = 16 // the span's context went elsewhere than the one it was started from
	FlagUsed     = 32 // started elsewhere, and used on here
	FlagNested   = 64 // of what was received from a channel: not the first in its loop's round
	LevelShift   = 8
)
