package report

import (
	"bytes"
	_ "embed" // for the page
	"encoding/json"
	"io"
	"path/filepath"
)

// page is the whole page but its data, which stands where marker does.
//
//go:embed page.html
var page []byte

const marker = "{{data}}"

// pageData is what the page's script is given.
type pageData struct {
	*Report
	Dir      string         `json:"dir"`
	Packages []*pagePackage `json:"packages"`
}

type pagePackage struct {
	*Package
	Sites []*pageSite `json:"sites"`
	Hunks []*pageHunk `json:"hunks"`
}

// pageSite is a site with the hunk that it is in, -1 for none.
type pageSite struct {
	*Site
	File string `json:"file"`
	By   string `json:"by"`
	Hunk int    `json:"hunk"`
}

type pageHunk struct {
	*hunk
	File string `json:"file"`
}

// WriteHTML writes the report as one page that needs nothing else, neither a server nor
// the network. Names are relative to dir where they lie in it.
func (r *Report) WriteHTML(w io.Writer, dir string) error {
	data := pageData{Report: r, Dir: filepath.Base(dir), Packages: []*pagePackage{}}
	for _, p := range r.Packages {
		data.Packages = append(data.Packages, p.page(dir))
	}
	text, err := json.Marshal(data) // with < and & escaped: it may stand in a script
	if err != nil {
		return err
	}
	before, after, _ := bytes.Cut(page, []byte(marker))
	for _, part := range [][]byte{before, text, after} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

func (p *Package) page(dir string) *pagePackage {
	out := &pagePackage{Package: p, Sites: []*pageSite{}, Hunks: []*pageHunk{}}
	byFile := map[string][]int{}
	for _, c := range p.Changes {
		for _, h := range c.hunks() {
			byFile[c.File] = append(byFile[c.File], len(out.Hunks))
			out.Hunks = append(out.Hunks, &pageHunk{hunk: h, File: filepath.ToSlash(relative(dir, c.File))})
		}
	}
	for _, s := range p.Sites {
		site := &pageSite{Site: s, File: filepath.ToSlash(relative(dir, s.File)), By: filepath.ToSlash(relative(dir, s.By)), Hunk: -1}
		for _, i := range byFile[s.File] {
			if h := out.Hunks[i]; h.Old <= s.Line && s.Line < h.oldEnd {
				site.Hunk = i
			}
		}
		out.Sites = append(out.Sites, site)
	}
	return out
}
