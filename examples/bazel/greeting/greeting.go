// Package greeting makes greetings.
package greeting

import (
	"context"
	_ "embed"
	"strings"

	"go.opentelemetry.io/otel"
)

//go:embed greeting.txt
var template string

// Text greets someone.
func Text(whom string) string {
	_, span := otel.Tracer("greeting").Start(context.Background(), "greeting.Text")
	defer span.End()
	return strings.ReplaceAll(strings.TrimSpace(template), "NAME", whom)
}
