// Package jetstream holds what is injected into the package of that name. This
// file stands in for that and is not injected.
package jetstream

type (
	// Msg stands in for jetstream.Msg.
	Msg          interface{}
	jetStreamMsg struct{ msg *int }
)
