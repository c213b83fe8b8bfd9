package weave

import (
	"strings"
	"testing"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// What a rule says asks a ctx for its span to log it is woven as own code is; what
// it does not name is not.
func TestAsksTarget(t *testing.T) {
	const src = `package p

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func id(ctx context.Context) string { return trace.SpanContextFromContext(ctx).TraceID().String() }

func decide(ctx context.Context) bool { return trace.SpanFromContext(ctx).IsRecording() }

func silent() {}

var ask = trace.SpanFromContext
`
	for _, test := range []struct {
		asks rule.Target
		want string // the functions that are woven, or an error
	}{
		{rule.Target{Func: "p.id"}, "id"},
		{rule.Target{Func: "example.com/p"}, "id decide package level"},
		{rule.Target{Func: "p.silent"}, "hook test: p.silent asks no ctx for its span"},
		{rule.Target{Func: "p.silent", At: "drift.yaml:3"}, "drift.yaml:3: p.silent asks no ctx for its span"},
		{rule.Target{Func: "p.decides"}, "hook test: no function decides in example.com/p; it has decide, id"},
	} {
		test.asks.Func = strings.Replace(test.asks.Func, "p.", "example.com/p.", 1)
		hook := &rule.Rule{Name: "test", Package: "example.com/p", Asks: []rule.Target{test.asks}}
		p := &Package{Path: "example.com/p", Spans: true, Strict: true, Rules: []*rule.Rule{hook}, Arch: "amd64", Importer: sourceImporter,
			Sources: []Source{{Path: "p.go", Src: []byte(src)}}}
		r, err := Weave(p)
		got := ""
		if err != nil {
			got = strings.ReplaceAll(err.Error(), "example.com/p.", "p.")
		} else {
			var names []string
			for _, s := range r.Sites {
				if s.Kind == "ask" && s.Reason == "" {
					names = append(names, s.Func)
				}
			}
			got = strings.Join(names, " ")
			checkWoven(t, p, r)
		}
		if got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.asks.Func, got, test.want)
		}
	}
}
