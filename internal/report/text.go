package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	if r.Packages == nil {
		r.Packages = []*Package{}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// WriteText writes a site a line, then the hooks that are woven into libraries. Of a
// package that is compiled for a test, too, a site is written once. Names are relative to
// dir where they lie in it.
func (r *Report) WriteText(w io.Writer, dir string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	seen := map[Site]bool{}
	woven, left := 0, 0
	for _, p := range r.Packages {
		for _, s := range p.Sites {
			if seen[*s] {
				continue
			}
			seen[*s] = true
			what := s.Reason
			if s.Woven {
				what = "woven"
				woven++
			} else {
				left++
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", s.Kind, s.position(dir), s.Func, relative(dir, s.By), what)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, p := range r.Packages {
		if p.Hook != "" && p.Module != "" {
			fmt.Fprintf(w, "hook %s in %s (%s)\n", p.Hook, p.ImportPath, p.Module)
		}
	}
	_, err := fmt.Fprintf(w, "%d woven, %d left alone\n", woven, left)
	return err
}

func (s *Site) position(dir string) string {
	var b strings.Builder
	b.WriteString(relative(dir, s.File))
	if s.Line > 0 {
		fmt.Fprintf(&b, ":%d", s.Line)
	}
	if s.Line > 0 && s.Column > 0 { // a //line directive may give none
		fmt.Fprintf(&b, ":%d", s.Column)
	}
	return b.String()
}
