// Package web is the shop's HTTP interface.
package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"example.com/shop/internal/catalog"
	"example.com/shop/internal/orders"
	"example.com/shop/internal/pricing"
)

// Services is what the handlers call.
type Services struct {
	Catalog *catalog.Catalog
	Pricing *pricing.Pricer
	Orders  *orders.Service
}

// New returns the handler for all routes.
func New(s Services) http.Handler {
	mux := http.NewServeMux()
	handle := func(method, route string, h http.HandlerFunc) {
		mux.HandleFunc(method+" "+route, traced(method, route, h))
	}
	handle(http.MethodGet, "/products/{sku}", s.product)
	handle(http.MethodGet, "/quote", s.quote)
	handle(http.MethodPost, "/orders", s.placeOrder)
	handle(http.MethodGet, "/orders/{id}", s.orderStatus)
	handle(http.MethodPost, "/catalog/reindex", s.reindex)
	return mux
}

func (s Services) product(w http.ResponseWriter, r *http.Request) {
	p, err := s.Catalog.Find(r.PathValue("sku"))
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, http.StatusOK, p)
}

func (s Services) quote(w http.ResponseWriter, r *http.Request) {
	cents, err := s.Pricing.Quote(r.Context(), r.URL.Query()["sku"])
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]int{"cents": cents})
}

func (s Services) placeOrder(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Email string   `json:"email"`
		SKUs  []string `json:"skus"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	order, err := s.Orders.Place(r.Context(), in.Email, in.SKUs)
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, http.StatusCreated, order)
}

func (s Services) orderStatus(w http.ResponseWriter, r *http.Request) {
	status, err := s.Orders.Status(r.Context(), r.PathValue("id"))
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, http.StatusOK, status)
}

func (s Services) reindex(w http.ResponseWriter, r *http.Request) {
	// The server ends the request's context once the handlers have returned.
	s.Catalog.Reindex(r.Context().Done())
	w.WriteHeader(http.StatusAccepted)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The status is out: a client that has gone away can't be told any more.
	_ = json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	if errors.Is(err, catalog.ErrNotFound) || errors.Is(err, orders.ErrNotFound) {
		status = http.StatusNotFound
	}
	http.Error(w, err.Error(), status)
}
