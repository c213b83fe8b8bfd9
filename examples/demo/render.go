package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// minSideBySide is the narrowest terminal that gets two columns.
	minSideBySide = 100
	gap           = "   "
)

type style int

const (
	styleNone style = iota
	styleHeading
	styleOrphan
)

type line struct {
	text  string
	style style
}

// column is one forest as text: a title, one block per request, and the orphans.
type column struct {
	title    string
	requests [][]line
	orphans  []line
}

func newColumn(title string, f *forest) column {
	c := column{title: title}
	for _, n := range f.requests {
		c.requests = append(c.requests, treeLines(nil, n.name, "", n, styleNone))
	}
	if len(f.orphans) == 0 {
		c.orphans = []line{{"no orphans", styleHeading}}
		return c
	}
	c.orphans = []line{{fmt.Sprintf("orphans: %s without a parent", count(len(f.orphans), "span")), styleHeading}}
	const mark = "✗ orphan  "
	indent := strings.Repeat(" ", utf8.RuneCountInString(mark))
	for i := 0; i < len(f.orphans); {
		n, same := f.orphans[i], 1
		// Equal trees are neighbours, as the list is sorted by shape.
		for i+same < len(f.orphans) && f.orphans[i+same].shape == n.shape {
			same++
		}
		label := mark + n.name
		if same > 1 {
			label += fmt.Sprintf(" ×%d", same)
		}
		c.orphans = treeLines(c.orphans, label, indent, n, styleOrphan)
		i += same
	}
	return c
}

// treeLines appends label and, below it, the children of n.
func treeLines(to []line, label, indent string, n *node, st style) []line {
	to = append(to, line{label, st})
	for i, c := range n.children {
		branch, below := "├─ ", "│  "
		if i == len(n.children)-1 {
			branch, below = "└─ ", "   "
		}
		to = treeLines(to, indent+branch+c.name, indent+below, c, st)
	}
	return to
}

// lines is the column with its title, and block i at least heights[i] lines long.
func (c column) lines(heights []int) []line {
	return append([]line{{c.title, styleHeading}, {}}, c.body(heights)...)
}

func (c column) body(heights []int) []line {
	var out []line
	for i := range max(len(c.requests), len(heights)) {
		var block []line
		if i < len(c.requests) {
			block = c.requests[i]
		}
		if i < len(heights) {
			block = padded(block, heights[i])
		}
		out = append(append(out, block...), line{})
	}
	return append(out, c.orphans...)
}

// text is the column without its title.
func (c column) text() string {
	var b strings.Builder
	for _, l := range c.body(nil) {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	return b.String()
}

// render draws the columns side by side if width allows, else one below the other.
func render(cols []column, width int, colour bool) string {
	var b strings.Builder
	if len(cols) == 2 && width >= minSideBySide {
		sideBySide(&b, cols[0], cols[1], width, colour)
		return b.String()
	}
	for i, c := range cols {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, l := range c.lines(nil) {
			b.WriteString(paint(l.text, l.style, colour))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// sideBySide gives both trees of a request the same height, so that they
// start on the same row.
func sideBySide(b *strings.Builder, left, right column, width int, colour bool) {
	heights := make([]int, max(len(left.requests), len(right.requests)))
	for _, c := range []column{left, right} {
		for i, block := range c.requests {
			heights[i] = max(heights[i], len(block))
		}
	}
	ls, rs := left.lines(heights), right.lines(heights)
	rows := max(len(ls), len(rs))
	ls, rs = padded(ls, rows), padded(rs, rows)

	room := width - utf8.RuneCountInString(gap)
	leftWidth := 0
	for _, l := range ls {
		leftWidth = max(leftWidth, utf8.RuneCountInString(l.text))
	}
	leftWidth = min(leftWidth, room/2)

	for i := range rows {
		l, r := cut(ls[i].text, leftWidth), cut(rs[i].text, room-leftWidth)
		b.WriteString(paint(l, ls[i].style, colour))
		if r != "" {
			b.WriteString(strings.Repeat(" ", leftWidth-utf8.RuneCountInString(l)))
			b.WriteString(gap)
			b.WriteString(paint(r, rs[i].style, colour))
		}
		b.WriteByte('\n')
	}
}

// padded returns block with empty lines up to this height.
func padded(block []line, height int) []line {
	out := make([]line, max(height, len(block)))
	copy(out, block)
	return out
}

func cut(s string, width int) string {
	r := []rune(s)
	if len(r) <= width {
		return s
	}
	return string(r[:width-1]) + "…"
}

func paint(s string, st style, colour bool) string {
	if !colour || s == "" {
		return s
	}
	switch st {
	case styleHeading:
		return "\x1b[1m" + s + "\x1b[0m"
	case styleOrphan:
		return "\x1b[31m" + s + "\x1b[0m"
	}
	return s
}
