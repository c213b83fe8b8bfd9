package main

import (
	"context"
	"errors"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// setupTelemetry installs the global tracer provider and propagator.
// The returned func flushes what is still queued and closes the exporter.
func setupTelemetry(ctx context.Context, spansFile string) (shutdown func(context.Context) error, err error) {
	res, err := resource.New(ctx,
		resource.WithAttributes(semconv.ServiceName("shop")),
		resource.WithTelemetrySDK(),
		resource.WithFromEnv(),
	)
	if err != nil {
		return nil, err
	}
	processor, closeOutput, err := withProcessor(ctx, spansFile)
	if err != nil {
		return nil, err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithResource(res), processor)
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(
		propagation.TraceContext{}, propagation.Baggage{}))
	return func(ctx context.Context) error {
		return errors.Join(provider.Shutdown(ctx), closeOutput())
	}, nil
}

// withProcessor sends spans to the collector the environment names, and
// without one writes them to a file or to stdout.
func withProcessor(ctx context.Context, spansFile string) (sdktrace.TracerProviderOption, func() error, error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" {
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return nil, nil, err
		}
		return sdktrace.WithBatcher(exporter), func() error { return nil }, nil
	}

	out, closeOutput := os.Stdout, func() error { return nil }
	if spansFile != "" {
		f, err := os.Create(spansFile)
		if err != nil {
			return nil, nil, err
		}
		out, closeOutput = f, f.Close
	}
	exporter, err := stdouttrace.New(stdouttrace.WithWriter(out))
	if err != nil {
		return nil, nil, errors.Join(err, closeOutput())
	}
	return sdktrace.WithSyncer(exporter), closeOutput, nil
}
