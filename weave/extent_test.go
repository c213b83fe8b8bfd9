package weave

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestExtentText weaves random functions that start spans in all places that the
// generator knows, and checks that what comes of it type-checks, keeps every
// position, and that weaving it again changes nothing.
func TestExtentText(t *testing.T) {
	for seed := range uint64(4) {
		g := &extentGen{rand: rand.New(rand.NewPCG(seed, 7))}
		var src strings.Builder
		src.WriteString(extentPrelude)
		for i := range 50 {
			g.depth, g.loops, g.n = 0, nil, 0
			fmt.Fprintf(&src, "\nfunc f%d(ctx context.Context, ch chan int, spans chan trace.Span, m map[string]trace.Span, out *trace.Span) (end func(), err error) {\n", i)
			src.WriteString(g.list(4))
			src.WriteString("\treturn end, err\n}\n")
		}
		p := &Package{Path: "p", Own: true, Spans: true, Channels: true, Workers: true, Arch: "amd64", Importer: sourceImporter,
			Sources: []Source{{Path: "in.go", Src: []byte(src.String())}}}
		if err := typeCheck(p); err != nil {
			t.Fatalf("seed %d: the generator's own text: %v", seed, err)
		}
		r, err := Weave(p)
		if err != nil || !r.Changed() {
			t.Fatalf("seed %d: %v", seed, err)
		}
		checkPositions(t, p.Sources[0], r.Files[0])
		checkWoven(t, p, r)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

const extentPrelude = `package p

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

type op struct{ span trace.Span; done func() }

func (o *op) start(ctx context.Context) { _, o.span = tracer.Start(ctx, "op") }
func (o *op) finish() { o.span.End() }
func (o *op) fail() error { o.span.End(); return nil }

type starter interface { begin(context.Context) (context.Context, func()); make() *op }

var dyn starter
var fn func() func()
var global trace.Span
var pool []func()

func use(...any) bool { return false }
func newOp() *op { _, s := tracer.Start(context.Background(), "new"); return &op{span: s} }
func endFunc() func() { _, s := tracer.Start(context.Background(), "end"); return func() { s.End() } }
func into(s *trace.Span) error { _, *s = tracer.Start(context.Background(), "into"); return nil }
func set() { _, global = tracer.Start(context.Background(), "set") }
func two(yield func(int) bool) { _ = yield(1) && yield(2) }
func give(s trace.Span) { pool = append(pool, func() { s.End() }) }
`

// extentGen writes statements.
type extentGen struct {
	rand  *rand.Rand
	depth int
	n     int
	loops []string // labels that a jump may name
}

func (g *extentGen) name(of string) string {
	g.n++
	return fmt.Sprintf("%s%d", of, g.n)
}

func (g *extentGen) list(n int) string {
	g.depth++
	defer func() { g.depth-- }()
	var b strings.Builder
	for range 1 + g.rand.IntN(n) {
		b.WriteString(g.stmt())
	}
	return b.String()
}

// stmt returns a statement. All that it declares it uses.
func (g *extentGen) stmt() string {
	s, o, e := g.name("s"), g.name("o"), g.name("e")
	rest := func() string {
		if g.depth > 3 {
			return "use(1)\n"
		}
		return g.list(3)
	}
	simple := []func() string{
		func() string {
			return fmt.Sprintf("_, %s := tracer.Start(ctx, %q)\n%s%s\n", s, s, rest(), g.use(s))
		},
		func() string {
			return fmt.Sprintf("%sctx, %s := tracer.Start(ctx, %q)\n_ = %[1]sctx\n%[4]s%[5]s\n", s, s, s, rest(), g.use(s))
		},
		func() string { return fmt.Sprintf("%s := endFunc()\n%sdefer %s()\n", e, rest(), e) },
		func() string { return fmt.Sprintf("%s := newOp()\n%s%s.finish()\n", o, rest(), o) },
		func() string { return fmt.Sprintf("var %s op\n%s.start(ctx)\n%s_ = %[2]s.fail()\n", o, o, rest()) },
		func() string {
			return fmt.Sprintf("var %s trace.Span\nif err := into(&%s); err != nil {\nreturn nil, err\n}\n%s%s.End()\n", s, s, rest(), s)
		},
		func() string { return fmt.Sprintf("set()\n%sglobal.End()\n", rest()) },
		func() string {
			return fmt.Sprintf("_, m[%q] = tracer.Start(ctx, \"x\")\n%sm[%[1]q].End()\n", s, rest())
		},
		func() string { return "_, *out = tracer.Start(ctx, \"out\")\n" },
		func() string { return "use(tracer.Start(ctx, \"lost\"))\n" },
		func() string { return fmt.Sprintf("_, %s := dyn.begin(ctx)\n%s%[1]s()\n", e, rest()) },
		func() string { return fmt.Sprintf("%s := dyn.make()\n%s%[1]s.finish()\n", o, rest()) },
		func() string { return "defer fn()()\n" },
		func() string {
			return fmt.Sprintf("var %s trace.Span\n%s := func() { _, %[1]s = tracer.Start(ctx, \"c\") }\n%[2]s()\n%[3]s%[1]s.End()\n", s, e, rest())
		},
		func() string { return fmt.Sprintf("for %s := range two {\n%suse(%[1]s)\n}\n", s, rest()) },
		func() string { return fmt.Sprintf("go func() {\n%s}()\n", g.closed(rest)) },
		func() string { return fmt.Sprintf("pool = append(pool, func() {\n%s})\n", g.closed(rest)) },
		func() string { return g.loop(rest) },
		func() string {
			return fmt.Sprintf("if use(ctx) {\n%s} else if use(1) {\n%s} else {\n%s}\n", rest(), rest(), rest())
		},
		func() string {
			return fmt.Sprintf("if _, %s := tracer.Start(ctx, \"h\"); use(%[1]s) {\n%[2]s} else if %[3]s := endFunc(); %[3]s != nil {\n%[4]s%[3]s()\n}\n", s, rest(), e, rest())
		},
		func() string {
			return fmt.Sprintf("switch %s := endFunc(); {\ncase use(1):\n%sfallthrough\ncase use(2):\ndefault:\n%s%[1]s()\n}\n", e, rest(), rest())
		},
		func() string {
			return fmt.Sprintf("select {\ncase <-ch:\n%scase spans <- global:\ncase %s, ok := <-spans:\nuse(ok)\n%s%[2]s.End()\n}\n", rest(), s, rest())
		},
		func() string { return g.jump() },
		func() string { return "if use(3) {\nreturn endFunc(), nil\n}\n" },
		func() string {
			l := g.name("again")
			return fmt.Sprintf("{\n%s:\n_, %s := tracer.Start(ctx, \"g\")\nif use(%[2]s) {\ngoto %[1]s\n}\n%[2]s.End()\n}\n", l, s)
		},
		func() string {
			return fmt.Sprintf("a%s, b%[1]s := endFunc(), endFunc()\na%[1]s()\ndefer b%[1]s()\n", s)
		},
		func() string {
			return fmt.Sprintf("func() {\n_, %s := tracer.Start(context.Background(), \"lit\")\ndefer func() {\nif %[1]s != nil {\n%[1]s.End()\n}\n}()\n}()\n", s)
		},
	}
	return simple[g.rand.IntN(len(simple))]()
}

// closed writes the body of a literal: jumps do not leave it.
func (g *extentGen) closed(rest func() string) string {
	loops := g.loops
	g.loops = nil
	defer func() { g.loops = loops }()
	return strings.ReplaceAll(strings.ReplaceAll(rest(), "return nil, err\n", "return\n"), "return endFunc(), nil\n", "return\n")
}

func (g *extentGen) use(s string) string {
	return []string{s + ".End()", "give(" + s + ")", "spans <- " + s, "defer " + s + ".End()", "use(" + s + ")", "go func() { " + s + ".End() }()", "defer func() { recover(); " + s + ".End() }()",
		"if use(1) {\n" + s + ".End()\n} else {\nuse(2)\n}", "end = func() { " + s + ".End() }"}[g.rand.IntN(9)]
}

func (g *extentGen) loop(rest func() string) string {
	l := g.name("loop")
	g.loops = append(g.loops, l)
	defer func() { g.loops = g.loops[:len(g.loops)-1] }()
	head := []string{"for range 2", "for i := 0; i < 3; i++", "for use(0)", "for range ch", "for range two"}[g.rand.IntN(5)]
	return fmt.Sprintf("%s:\n%s {\n%sif use(9) {\nbreak %[1]s\n}\n}\n", l, head, rest())
}

func (g *extentGen) jump() string {
	if len(g.loops) == 0 {
		return "use(4)\n"
	}
	l := g.loops[g.rand.IntN(len(g.loops))]
	return fmt.Sprintf("if use(5) {\n%s %s\n}\n", []string{"break", "continue"}[g.rand.IntN(2)], l)
}
