// Package report says what a build would weave and what it would leave alone, without
// building: as text, as JSON, as one HTML page and as a diff.
package report

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/drift-go/drift-toolexec/internal/toolexec"
	"github.com/drift-go/drift-toolexec/weave"
)

// Report is what -json prints; docs/report.md describes it. Fields are added, and none
// is renamed or changes its meaning.
type Report struct {
	Go       string     `json:"go"`               // the release that would build them: go1.26.8
	Config   string     `json:"config,omitempty"` // the configuration file
	Scope    []string   `json:"scope,omitempty"`  // import path patterns; none for the user's own code
	Packages []*Package `json:"packages"`         // in the order in which a build compiles them
	Woven    int        `json:"woven"`            // sites
	Left     int        `json:"left"`             // sites that were left alone
}

// Package is a package that has sites, or is woven without.
type Package struct {
	ImportPath string  `json:"importPath"` // "p [q.test]" for one that is compiled for a test
	Module     string  `json:"module,omitempty"`
	Asked      bool    `json:"asked"` // named by the command line, and not only imported
	Own        bool    `json:"own"`   // in scope
	Hook       string  `json:"hook,omitempty"`
	Release    string  `json:"release,omitempty"` // of what the hook is for
	Woven      bool    `json:"woven"`             // compiled from other text than its source
	Sites      []*Site `json:"sites"`

	// Changes are the changed places of the package's files.
	Changes []*Change `json:"-"`
}

// Site is a place that is woven, or one that is left alone and why.
type Site struct {
	Kind   string `json:"kind"`
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Func   string `json:"func,omitempty"`
	By     string `json:"by,omitempty"`
	Woven  bool   `json:"woven"`
	Reason string `json:"reason,omitempty"`
}

// Options say what to report on.
type Options struct {
	Dir      string   // where the go command runs
	Flags    []string // for go list: build flags, -test
	Patterns []string
	Changes  bool // fill in Package.Changes, of the packages asked for
	All      bool // of all packages
	Exact    bool // and keep /*line*/ directives in them
}

// Make makes a report, and hands warnings to warn: what a build would print and go on.
func Make(c *toolexec.Config, o Options, warn func(error)) (*Report, error) {
	r := &Report{}
	release, err := c.Plan(o.Dir, o.Flags, o.Patterns, func(p *toolexec.Planned) error {
		for _, w := range p.Warnings {
			warn(w)
		}
		if len(p.Sites) == 0 && !p.Result.Changed() {
			return nil
		}
		pkg := &Package{
			ImportPath: p.ImportPath, Module: p.Module, Asked: p.Asked, Own: p.Own,
			Hook: p.Hook, Release: p.Release, Woven: p.Result.Changed(), Sites: sites(p.Sites),
		}
		for _, s := range pkg.Sites {
			if s.Woven {
				r.Woven++
			} else {
				r.Left++
			}
		}
		if o.Changes && pkg.Woven && (p.Asked || o.All) {
			pkg.Changes = changes(p, o.Exact)
		}
		r.Packages = append(r.Packages, pkg)
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Go, r.Config, r.Scope = release, c.File, c.Scope
	return r, nil
}

// sites returns sites in the order of the files.
func sites(in []weave.Site) []*Site {
	list := []*Site{}
	for _, s := range in {
		list = append(list, &Site{
			Kind: s.Kind, File: s.Pos.Filename, Line: s.Pos.Line, Column: s.Pos.Column,
			Func: s.Func, By: s.By, Woven: s.Reason == "", Reason: s.Reason,
		})
	}
	slices.SortStableFunc(list, func(a, b *Site) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Kind, b.Kind))
	})
	return list
}

// relative returns a file's name as it is from dir, if it lies in it.
func relative(dir, name string) string {
	if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return name
}
