// Package stomp holds what is injected into the package of that name. This file stands
// in for that and is not injected.
package stomp

// Message stands in for stomp.Message.
type Message struct{ Header *header }

type header struct{}

func (*header) Get(string) string { return "" }
