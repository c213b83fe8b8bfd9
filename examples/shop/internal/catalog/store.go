package catalog

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"go.opentelemetry.io/otel/attribute"

	"example.com/shop/internal/tracing"
)

// ErrNotFound says that no product has the SKU asked for.
var ErrNotFound = errors.New("no such product")

// store stands in for the product database.
type store map[string]Product

func defaultStore() store {
	return store{
		"tea": {SKU: "tea", Name: "Darjeeling, 100 g", Cents: 890},
		"cup": {SKU: "cup", Name: "Cup, 300 ml", Cents: 1250},
		"pot": {SKU: "pot", Name: "Teapot, 1.2 l", Cents: 3900},
	}
}

func (s store) load(sku string) (Product, error) {
	span := tracing.Start("store.load", attribute.String("sku", sku))
	defer span.End()

	p, ok := s[sku]
	if !ok {
		return Product{}, fmt.Errorf("%w: %q", ErrNotFound, sku)
	}
	return p, nil
}

func (s store) skus() []string {
	return slices.Sorted(maps.Keys(s))
}
