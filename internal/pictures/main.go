// Command pictures draws the pictures of docs/architecture.md, light and dark, into
// docs/img (make pictures).
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	for name, text := range pictures() {
		if err := os.WriteFile(filepath.Join("docs", "img", name), []byte(text), 0o666); err != nil {
			fmt.Fprintln(os.Stderr, "pictures:", err)
			os.Exit(1)
		}
	}
}

// pictures returns the SVG files by their names.
func pictures() map[string]string {
	all := map[string]string{}
	for _, t := range []theme{
		{"light", "#ffffff", "#1f2328", "#59636e", "#0969da", "#ddf4ff", "#f6f8fa"},
		{"dark", "#0d1117", "#e6edf3", "#9198a1", "#4493f8", "#121d2f", "#151b23"},
	} {
		all["span-"+t.name+".svg"] = span(t)
		all["slot-"+t.name+".svg"] = slot(t)
	}
	return all
}

type theme struct{ name, back, ink, faint, line, fill, lane string }

// drawing is a picture in the making.
type drawing struct {
	theme
	strings.Builder
	w, h int
}

func (t theme) draw(w, h int) *drawing { return &drawing{theme: t, w: w, h: h} }

func (d *drawing) svg() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">
<rect width="100%%" height="100%%" fill="%s"/>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="%s"/></marker></defs>
%s</svg>
`, d.w, d.h, d.back, d.line, d.String())
}

func (d *drawing) text(x, y int, anchor, color, s string) {
	s = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
	fmt.Fprintf(d, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n", x, y, anchor, color, s)
}

// label is text on top of lines: they are cut out around it.
func (d *drawing) label(x, y int, color, s string) {
	fmt.Fprintf(d, "<g stroke=\"%s\" stroke-width=\"5\" paint-order=\"stroke\">", d.back)
	d.text(x, y, "start", color, s)
	d.WriteString("</g>\n")
}

func (d *drawing) box(x, y, w, h int, fill, stroke string) {
	fmt.Fprintf(d, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\" stroke=\"%s\"/>\n", x, y, w, h, fill, stroke)
}

func (d *drawing) arrow(x1, y1, x2, y2 int, dashed bool) {
	dash := ""
	if dashed {
		dash = ` stroke-dasharray="4 3"`
	}
	fmt.Fprintf(d, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"1.5\" marker-end=\"url(#tip)\"%s/>\n", x1, y1, x2, y2, d.line, dash)
}

// span draws a span's life across the four packages.
func span(t theme) string {
	lanes := []string{"own code, woven", "otel/sdk/trace", "runtime", "otel/trace"}
	steps := []struct {
		from, to int
		text     string
	}{
		{0, 1, "tracer.Start(ctx, ...)"},
		{1, 3, "driftAsked(ctx): a span in it?"},
		{1, 2, "driftStarting: who is current?"},
		{1, 1, "driftStart: its activation"},
		{1, 2, "driftStarted: it floats"},
		{0, 2, "driftClaim: push it"},
		{2, 2, "driftPushActive: it is current"},
		{0, 1, "child: Start(bg, ...)"},
		{1, 2, "driftStarting: it is the parent"},
		{0, 1, "span.End()"},
		{1, 2, "driftEnd: it has ended"},
		{0, 2, "driftLeave: the function returns"},
	}
	const left, top, gap, step = 110, 60, 265, 38
	d := t.draw(left*2+gap*(len(lanes)-1), top+step*len(steps)+40)
	for i, lane := range lanes {
		x := left + gap*i
		d.box(x-95, 14, 190, 28, d.lane, d.faint)
		d.text(x, 33, "middle", d.ink, lane)
		fmt.Fprintf(d, "<line x1=\"%d\" y1=\"42\" x2=\"%[1]d\" y2=\"%d\" stroke=\"%s\" stroke-dasharray=\"2 4\"/>\n", x, d.h-16, d.faint)
	}
	for i, s := range steps {
		y := top + step*i + 22
		x1, x2 := left+gap*s.from, left+gap*s.to
		if s.from == s.to {
			d.box(x1-5, y-12, 10, 18, d.fill, d.line)
			d.label(x1+12, y, d.ink, s.text)
			continue
		}
		d.arrow(x1, y, x2, y, false)
		d.label(x1+8, y-7, d.ink, s.text)
	}
	return d.svg()
}

// slot draws the chain of activations that a goroutine's slot points at, and what another
// goroutine inherited of it.
func slot(t theme) string {
	d := t.draw(790, 300)
	active := func(x, y int, title, span string) {
		d.box(x, y, 210, 62, d.fill, d.line)
		d.text(x+12, y+24, "start", d.ink, title)
		d.text(x+12, y+46, "start", d.faint, span)
	}
	d.box(20, 40, 150, 44, d.lane, d.faint)
	d.text(95, 67, "middle", d.ink, "goroutine 1: g")
	d.box(20, 210, 150, 44, d.lane, d.faint)
	d.text(95, 237, "middle", d.ink, "goroutine 2: g")
	active(270, 31, "activation, own", "span: pricing.Quote")
	active(550, 31, "activation, own", "span: GET /quote")
	active(550, 200, "activation, remote", "from the headers")
	d.arrow(170, 62, 268, 62, false)
	d.text(219, 54, "middle", d.faint, "slot")
	d.arrow(480, 62, 548, 62, false)
	d.text(514, 54, "middle", d.faint, "prev")
	d.arrow(635, 93, 635, 198, false)
	d.text(644, 150, "start", d.faint, "prev (inherited)")
	d.arrow(170, 222, 300, 95, true)
	d.label(262, 160, d.faint, "slot (inherited,")
	d.label(262, 177, d.faint, "by the mark)")
	d.text(20, 284, "start", d.faint, "An own activation is pointed to at its first byte, an inherited one at its second.")
	return d.svg()
}
