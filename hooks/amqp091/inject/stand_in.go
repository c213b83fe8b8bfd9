// Package amqp091 holds what is injected into the package of that name. This file
// stands in for that and is not injected.
package amqp091

// Table stands in for amqp091.Table.
type Table map[string]any

var _ = []any{driftTable, driftNone}
