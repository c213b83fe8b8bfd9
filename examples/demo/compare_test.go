package main

import (
	"slices"
	"strings"
	"testing"
)

func TestSummary(t *testing.T) {
	plain := growForest(t, "GET /a\nx\ny")
	woven := growForest(t, "GET /a\n\tx\ny")
	if got, want := summary(1, plain, woven),
		"plain: 1 trace expected, 3 found, 2 orphaned spans · woven: 2 traces, 1 orphan"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := summary(2, plain, nil),
		"plain: 2 traces expected, 3 found, 2 orphaned spans"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCheckPlain(t *testing.T) {
	for _, tt := range []struct {
		outline string
		want    []string // a part of each problem
	}{
		{"GET /a\nx", nil},
		{"GET /a\n\tx", []string{"no orphans"}},
		{"x", []string{"0 request trees for 1 request"}},
	} {
		match(t, checkPlain(1, growForest(t, tt.outline)), tt.want)
	}
}

func TestCheckWoven(t *testing.T) {
	const plain = "GET /a\n\tx\n\t\ty\nz"
	right := newColumn("", growForest(t, "GET /a\n\tx\n\t\ty\n\tz")).text()
	for _, tt := range []struct {
		name, woven string
		want        []string
	}{
		{"right", "GET /a\n\tz\n\tx\n\t\ty", nil},
		{"orphan", plain, []string{"1 orphan, the first is z"}},
		{"span missing", "GET /a\n\tx\n\t\ty", []string{"0 of z, plain has 1"}},
		{"span added", "GET /a\n\tx\n\t\ty\n\t\ty\n\tz", []string{"2 of y, plain has 1"}},
		{"wrong parent", "GET /a\n\tx\n\t\tz\n\t\ty", []string{`line 4 of the forest is "      z", not "   z"`}},
		{"plain's link lost", "GET /a\n\tx\n\ty\n\tz", []string{`line 3 of the forest is "   y", not "      y"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			match(t, checkWoven(right, growForest(t, plain), growForest(t, tt.woven)), tt.want)
		})
	}
}

// Two requests in one tree leave no orphan, and are as wrong.
func TestCheckWovenRequestInRequest(t *testing.T) {
	right := newColumn("", growForest(t, "GET /a\n\tx\nGET /b")).text()
	match(t, checkWoven(right, growForest(t, "GET /a\nx\nGET /b"), growForest(t, "GET /a\n\tx\n\t\tGET /b")),
		[]string{`line 3 of the forest is "      GET /b", not ""`})
}

func match(t *testing.T, got, parts []string) {
	t.Helper()
	if !slices.EqualFunc(got, parts, strings.Contains) {
		t.Errorf("got %d problems:\n\t%s\nwant %d with:\n\t%s",
			len(got), strings.Join(got, "\n\t"), len(parts), strings.Join(parts, "\n\t"))
	}
}
