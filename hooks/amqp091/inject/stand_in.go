// Package amqp091 holds what is injected into the package of that name. This file
// stands in for that and is not injected.
package amqp091

type (
	// Table stands in for amqp091.Table.
	Table map[string]any
	// Delivery stands in for amqp091.Delivery.
	Delivery struct{ Headers Table }
)

var _ = []any{driftTable}
