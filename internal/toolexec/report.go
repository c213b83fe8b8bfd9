package toolexec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/drift-go/drift-toolexec/weave"
)

// reportLine is one line of a report file: the sites of one package.
type reportLine struct {
	Package string       `json:"package"`
	Sites   []reportSite `json:"sites"`
}

// reportSite is one woven place, or one left alone and why.
type reportSite struct {
	Kind   string `json:"kind"`
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Func   string `json:"func,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// appendReport adds a package to the report file, which is there from the first
// call on, though nothing may be woven in the build. Tool calls run side by side: a
// line is one write to a file opened for appending.
func appendReport(name, pkg string, sites []weave.Site) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("-report: %w", err)
	}
	if len(sites) == 0 {
		return f.Close()
	}
	line := reportLine{Package: pkg}
	for _, s := range sites {
		line.Sites = append(line.Sites, reportSite{
			Kind: s.Kind, File: s.Pos.Filename, Line: s.Pos.Line, Column: s.Pos.Column, Func: s.Func, Reason: s.Reason,
		})
	}
	text, err := json.Marshal(line)
	if err != nil {
		f.Close()
		return err
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// PrintReport prints a report file as a table: a site a line, in the order of
// the files, each once though a package is compiled for its tests too.
// Positions are relative to dir where they lie in it.
func PrintReport(w io.Writer, name, dir string) error {
	sites, err := readReport(name)
	if err != nil {
		return err
	}
	slices.SortFunc(sites, compareSites)
	sites = slices.Compact(sites)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	woven := 0
	for _, s := range sites {
		what := s.Reason
		if what == "" {
			what = "woven"
			woven++
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.Kind, s.position(dir), s.Func, what)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d woven, %d left alone\n", woven, len(sites)-woven)
	return err
}

func readReport(name string) ([]reportSite, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%w; have a build write one with -report", err)
	}
	var sites []reportSite
	for n, line := range strings.Split(string(text), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var r reportLine
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return nil, fmt.Errorf("%s:%d: not a line of a report; have a build write one with -report", name, n+1)
		}
		sites = append(sites, r.Sites...)
	}
	return sites, nil
}

func compareSites(a, b reportSite) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Func, b.Func),
		cmp.Compare(a.Reason, b.Reason),
	)
}

func (s reportSite) position(dir string) string {
	name := s.File
	if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	if s.Line == 0 {
		return name
	}
	if s.Column == 0 { // after a //line directive without one
		return fmt.Sprintf("%s:%d", name, s.Line)
	}
	return fmt.Sprintf("%s:%d:%d", name, s.Line, s.Column)
}
