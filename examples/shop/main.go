// Command shop is a small HTTP service: products, quotes, orders.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"example.com/shop/internal/audit"
	"example.com/shop/internal/catalog"
	"example.com/shop/internal/mail"
	"example.com/shop/internal/orders"
	"example.com/shop/internal/pricing"
	"example.com/shop/internal/shipping"
	"example.com/shop/internal/stock"
	"example.com/shop/internal/web"
)

const shutdownTimeout = 10 * time.Second

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on; port 0 picks a free one")
	spans := flag.String("spans", "", "file for the spans, one JSON object per line (default stdout)")
	flag.Parse()
	if err := run(*addr, *spans); err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

func run(addr, spansFile string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	shutdownTelemetry, err := setupTelemetry(ctx, spansFile)
	if err != nil {
		return fmt.Errorf("set up telemetry: %w", err)
	}
	defer func() {
		// ctx is over by now: the flush needs a deadline of its own.
		ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
		defer cancel()
		err = errors.Join(err, shutdownTelemetry(ctx))
	}()

	// Jobs that outlive their request. They are waited for before the flush,
	// or their spans would miss it.
	var background sync.WaitGroup
	defer background.Wait()

	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	srv := &http.Server{
		Handler:           newHandler(&background),
		ReadHeaderTimeout: 5 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	fmt.Fprintf(os.Stderr, "listening on http://%s\n", ln.Addr())

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	stop() // a second signal ends the process at once
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	return srv.Shutdown(ctx)
}

func newHandler(background *sync.WaitGroup) http.Handler {
	products := catalog.New(background)
	prices := pricing.New(products)
	return web.New(web.Services{
		Catalog: products,
		Pricing: prices,
		Orders: orders.New(orders.Deps{
			Stock:      stock.New(),
			Pricing:    prices,
			Mail:       mail.New(background),
			Audit:      audit.New(),
			Shipping:   shipping.New(),
			Background: background,
		}),
	})
}
