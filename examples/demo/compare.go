package main

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// want is the forest in which each span is under its right parent, written by
// hand from examples/shop's code. No orphans is not enough to ask for: a span
// under a wrong parent is worse than a lost one.
//
//go:embed want.txt
var want string

// summary is the last line of the demo. woven may be nil.
func summary(requests int, plain, woven *forest) string {
	s := fmt.Sprintf("plain: %s expected, %d found, %s",
		count(requests, "trace"), plain.traces, count(len(plain.orphans), "orphaned span"))
	if woven != nil {
		s += fmt.Sprintf(" · woven: %s, %s",
			count(woven.traces, "trace"), count(len(woven.orphans), "orphan"))
	}
	return s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// checkPlain says what is wrong with the plain build's forest.
func checkPlain(requests int, plain *forest) []string {
	var problems []string
	if n := len(plain.requests); n != requests {
		problems = append(problems, fmt.Sprintf(
			"plain: %s for %s: look at the middleware of examples/shop",
			count(n, "request tree"), count(requests, "request")))
	}
	if len(plain.orphans) == 0 {
		problems = append(problems,
			"plain: no orphans, so nothing to repair: see whether GOFLAGS holds a -toolexec")
	}
	return problems
}

// checkWoven says what is wrong with the woven build's forest.
func checkWoven(want string, plain, woven *forest) []string {
	var problems []string
	if n := len(woven.orphans); n > 0 {
		problems = append(problems, fmt.Sprintf("woven: %s, the first is %s: look for its site in drift-toolexec report",
			count(n, "orphan"), woven.orphans[0].name))
	}
	for _, name := range spanNames(plain, woven) {
		if p, w := plain.names[name], woven.names[name]; p != w {
			problems = append(problems, fmt.Sprintf("woven: %d of %s, plain has %d: run again with DRIFT_MODE=off to see whether weaving or what it switches on is at fault",
				w, name, p))
		}
	}
	// With the problems above the trees differ too, which then says nothing new.
	if got := newColumn("", woven).text(); len(problems) == 0 && got != want {
		problems = append(problems, "woven: "+firstDifference(got, want)+
			": a span has a wrong parent, or examples/shop has changed and examples/demo/want.txt has not")
	}
	return problems
}

func spanNames(forests ...*forest) []string {
	all := make(map[string]int)
	for _, f := range forests {
		maps.Copy(all, f.names)
	}
	return slices.Sorted(maps.Keys(all))
}

// branches takes the drawn lines out of a tree and leaves the indentation, which
// says it all: a wrong parent further down changes how those above it are drawn.
var branches = strings.NewReplacer("│", " ", "├─", "  ", "└─", "  ")

// firstDifference compares two trees line by line. They must differ.
func firstDifference(got, want string) string {
	g := strings.Split(branches.Replace(got), "\n")
	w := strings.Split(branches.Replace(want), "\n")
	i := 0
	for i < len(g) && i < len(w) && g[i] == w[i] {
		i++
	}
	return fmt.Sprintf("line %d of the forest is %q, not %q", i+1, lineAt(g, i), lineAt(w, i))
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}
