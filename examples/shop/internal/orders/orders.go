// Package orders takes orders and answers where they are.
package orders

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"

	"example.com/shop/internal/audit"
	"example.com/shop/internal/mail"
	"example.com/shop/internal/pricing"
	"example.com/shop/internal/shipping"
	"example.com/shop/internal/stock"
	"example.com/shop/internal/tracing"
)

var tracer = otel.Tracer("example.com/shop/internal/orders")

// ErrNotFound says that no order has the ID asked for.
var ErrNotFound = errors.New("no such order")

// Order is one customer's purchase.
type Order struct {
	ID    string   `json:"id"`
	Email string   `json:"email"`
	SKUs  []string `json:"skus"`
	Cents int      `json:"cents"`
}

// Status is an order and where its parcels are.
type Status struct {
	Order
	Parcels map[string]string `json:"parcels"`
}

// Deps is what a Service works with.
type Deps struct {
	Stock    *stock.Stock
	Pricing  *pricing.Pricer
	Mail     *mail.Mailer
	Audit    *audit.Log
	Shipping *shipping.Tracker

	// Background counts the jobs that outlive their request.
	Background *sync.WaitGroup
}

// Service is safe for use by many goroutines.
type Service struct {
	Deps

	mu     sync.Mutex
	orders map[string]Order
}

// New returns a service without orders.
func New(d Deps) *Service {
	return &Service{Deps: d, orders: make(map[string]Order)}
}

// Place reserves, prices and saves an order. Mail and audit follow in the
// background: the customer does not wait for them.
func (s *Service) Place(ctx context.Context, email string, skus []string) (Order, error) {
	ctx, span := tracer.Start(ctx, "orders.Place")
	defer span.End()

	if err := s.Stock.Reserve(skus); err != nil {
		return Order{}, err
	}
	cents, err := s.Pricing.Quote(ctx, skus)
	if err != nil {
		return Order{}, err
	}
	order := s.save(ctx, Order{Email: email, SKUs: skus, Cents: cents})
	span.SetAttributes(attribute.String("order.id", order.ID))

	record := s.recordSale
	s.Background.Add(2)
	go s.sendMail(order, receipt(order))
	go record(order)
	return order, nil
}

func (s *Service) save(ctx context.Context, order Order) Order {
	_, span := tracer.Start(ctx, "orders.save")
	defer span.End()

	s.mu.Lock()
	defer s.mu.Unlock()
	order.ID = strconv.Itoa(1001 + len(s.orders))
	s.orders[order.ID] = order
	return order
}

func (s *Service) sendMail(order Order, body string) {
	defer s.Background.Done()
	s.Mail.Send(mail.Message{
		To:      order.Email,
		Subject: "Your order " + order.ID,
		Body:    body,
	})
}

func (s *Service) recordSale(order Order) {
	defer s.Background.Done()
	s.Audit.Append(order.ID, fmt.Sprintf("sold %d pieces for %d", len(order.SKUs), order.Cents))
}

func receipt(order Order) string {
	span := tracing.Start("orders.receipt")
	defer span.End()

	return fmt.Sprintf("%d pieces, %d.%02d in total", len(order.SKUs), order.Cents/100, order.Cents%100)
}

// Status returns the order with this ID, or ErrNotFound.
func (s *Service) Status(ctx context.Context, id string) (Status, error) {
	ctx, span := tracer.Start(ctx, "orders.Status")
	defer span.End()

	order, err := s.load(ctx, id)
	if err != nil {
		return Status{}, err
	}
	return Status{Order: order, Parcels: s.Shipping.Track(ctx, id)}, nil
}

func (s *Service) load(ctx context.Context, id string) (Order, error) {
	_, span := tracer.Start(ctx, "orders.load")
	defer span.End()

	s.mu.Lock()
	defer s.mu.Unlock()
	order, ok := s.orders[id]
	if !ok {
		return Order{}, fmt.Errorf("%w: %q", ErrNotFound, id)
	}
	return order, nil
}
