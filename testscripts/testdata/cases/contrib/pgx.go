package main

import (
	"fmt"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
)

// A library's pair of hooks: a query opened by start-up code, under no span, whose
// rows are closed in a request.
func RowsClosedInRequest() {
	exp := collecting()
	t := otelpgx.NewTracer()
	qctx := t.TraceQueryStart(bg, nil, pgx.TraceQueryStartData{SQL: "select 1"})
	request := func() {
		_, req := otel.Tracer("app").Start(bg, "request")
		defer req.End()
		t.TraceQueryEnd(qctx, nil, pgx.TraceQueryEndData{})
		load()
		fmt.Println("open:", req.IsRecording())
	}
	request()
	for _, s := range exp.GetSpans() {
		fmt.Println(s.Name, "root:", !s.Parent.IsValid(), "attributes:", len(s.Attributes))
	}
	// Plain:
	// open: true
	// load root: true attributes: 0
	// request root: true attributes: 0

	// Woven:
	// open: true
	// load root: false attributes: 0
	// request root: true attributes: 0
}
