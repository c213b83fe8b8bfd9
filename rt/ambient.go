package rt

import "context"

// What a woven build puts something in the place of: hooks/rt. In a plain build
// all of it compiles to nothing.

// woven is true when the package is woven.
func woven() bool { return false }

// current returns the ambient context.
func current() context.Context { return context.Background() }

// scope is what was ambient before enter.
type scope struct{}

// enter makes what ctx holds the ambient context, until leave.
func enter(ctx context.Context) scope { return scope{} }

// enterNone makes nothing the ambient context, until leave.
func enterNone() scope { return scope{} }

func (s scope) leave() {}

// snapshot is an ambient context to enter later, on whatever goroutine, once or
// more often.
type snapshot struct{}

// capture returns the snapshot of what ctx holds.
func capture(ctx context.Context) snapshot { return snapshot{} }

// captureCaller returns that of the ambient context, of ctx if there is none.
func captureCaller(ctx context.Context) snapshot { return snapshot{} }

func (s snapshot) enter() scope { return scope{} }
