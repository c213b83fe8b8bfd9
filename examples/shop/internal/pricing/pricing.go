// Package pricing works out what a basket costs.
package pricing

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"example.com/shop/internal/catalog"
	"example.com/shop/internal/tracing"
)

var tracer = otel.Tracer("example.com/shop/internal/pricing")

// discountFrom is the total from which on a basket gets a tenth off.
const discountFrom = 2000

// Pricer quotes baskets with the catalog's prices.
type Pricer struct {
	catalog *catalog.Catalog
}

// New returns a pricer for the catalog.
func New(c *catalog.Catalog) *Pricer {
	return &Pricer{catalog: c}
}

// Quote returns the basket's total in cents. Prices are looked up side by side.
func (p *Pricer) Quote(ctx context.Context, skus []string) (int, error) {
	_, span := tracer.Start(ctx, "pricing.Quote",
		trace.WithAttributes(attribute.Int("basket.size", len(skus))))
	defer span.End()

	prices := make([]int, len(skus))
	errs := make([]error, len(skus))
	var wg sync.WaitGroup
	for i, sku := range skus {
		wg.Add(1)
		go func() {
			defer wg.Done()
			prices[i], errs[i] = p.unitPrice(sku)
		}()
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}

	total := 0
	for _, price := range prices {
		total += price
	}
	return total - discount(total), nil
}

func (p *Pricer) unitPrice(sku string) (int, error) {
	span := tracing.Start("pricing.unitPrice", attribute.String("sku", sku))
	defer span.End()

	product, err := p.catalog.Find(sku)
	return product.Cents, err
}

func discount(total int) int {
	span := tracing.Start("pricing.discount")
	defer span.End()

	if total < discountFrom {
		return 0
	}
	return total / 10
}
