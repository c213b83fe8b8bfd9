// Package catalog knows the products and keeps the ones in use in memory.
package catalog

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"example.com/shop/internal/tracing"
)

var tracer = otel.Tracer("example.com/shop/internal/catalog")

// Product is one thing on sale.
type Product struct {
	SKU   string `json:"sku"`
	Name  string `json:"name"`
	Cents int    `json:"cents"`
}

// Catalog looks products up, in its cache first.
type Catalog struct {
	cache      *Cache
	store      store
	background *sync.WaitGroup
}

// New returns a catalog with an empty cache. Jobs that outlive their request
// are counted in background.
func New(background *sync.WaitGroup) *Catalog {
	return &Catalog{cache: NewCache(), store: defaultStore(), background: background}
}

// Find returns the product with this SKU, or ErrNotFound.
func (c *Catalog) Find(sku string) (Product, error) {
	_, span := tracer.Start(context.Background(), "catalog.Find",
		trace.WithAttributes(attribute.String("sku", sku)))
	defer span.End()

	if p, ok := c.cache.Get(sku); ok {
		return p, nil
	}
	p, err := c.store.load(sku)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
		return Product{}, err
	}
	c.cache.Put(p)
	return p, nil
}

// Reindex reads every product again, in the background. It begins when ready is
// closed, so that the caller's response need not compete with it.
func (c *Catalog) Reindex(ready <-chan struct{}) {
	c.background.Add(1)
	go func() {
		defer c.background.Done()
		<-ready
		c.reindex()
	}()
}

func (c *Catalog) reindex() {
	span := tracing.Start("catalog.reindex")
	defer span.End()

	for _, sku := range c.store.skus() {
		p, err := c.store.load(sku)
		if err != nil {
			span.RecordError(err)
			continue
		}
		c.cache.Put(p)
	}
}
