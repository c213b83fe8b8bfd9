// Package audit keeps the record of sales.
package audit

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("example.com/shop/internal/audit")

// Log is safe for use by many goroutines.
type Log struct {
	mu    sync.Mutex
	lines []string
}

// New returns an empty log.
func New() *Log {
	return &Log{}
}

// Append adds one line about an order.
func (l *Log) Append(orderID, line string) {
	_, span := tracer.Start(context.Background(), "audit.Append",
		trace.WithAttributes(attribute.String("order.id", orderID)))
	defer span.End()

	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, orderID+" "+line)
}
