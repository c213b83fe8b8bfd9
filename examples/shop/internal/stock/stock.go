// Package stock counts what is left on the shelves.
package stock

import (
	"context"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("example.com/shop/internal/stock")

// Stock is safe for use by many goroutines.
type Stock struct {
	mu   sync.Mutex
	left map[string]int
}

// New returns full shelves.
func New() *Stock {
	return &Stock{left: map[string]int{"tea": 100, "cup": 40, "pot": 12}}
}

// Reserve takes one piece of each SKU, or says which one is missing.
func (s *Stock) Reserve(skus []string) error {
	for _, sku := range skus {
		_, span := tracer.Start(context.Background(), "stock.Reserve",
			trace.WithAttributes(attribute.String("sku", sku)))
		err := s.take(sku)
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Stock) take(sku string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left[sku] == 0 {
		return fmt.Errorf("out of stock: %q", sku)
	}
	s.left[sku]--
	return nil
}
