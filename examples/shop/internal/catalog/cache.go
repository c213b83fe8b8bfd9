package catalog

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
)

// Cache holds products by SKU.
type Cache struct {
	mu       sync.RWMutex
	products map[string]Product
}

// NewCache returns an empty cache.
func NewCache() *Cache {
	return &Cache{products: make(map[string]Product)}
}

// Get returns the product with this key, if it is held.
func (c *Cache) Get(key string) (Product, bool) {
	_, span := tracer.Start(context.Background(), "cache.Get")
	defer span.End()

	c.mu.RLock()
	p, ok := c.products[key]
	c.mu.RUnlock()
	span.SetAttributes(attribute.Bool("cache.hit", ok))
	return p, ok
}

// Put holds p under its SKU.
func (c *Cache) Put(p Product) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.products[p.SKU] = p
}
