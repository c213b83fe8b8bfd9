package layout

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	fence   = regexp.MustCompile("(?s)```.*?```")
	// named is a path of the tree as pages have them in code.
	named = regexp.MustCompile("`((?:\\.ci|\\.github|bazel|bench|cmd|docs|examples|hooks|internal|rt|testscripts|weave)/[A-Za-z0-9_./-]*)`")
)

// TestLinks checks that what the pages link to in the tree, and name of it, is there:
// files, headings, folders.
func TestLinks(t *testing.T) {
	root := os.DirFS("../..")
	pages := map[string]string{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "dist"):
			return fs.SkipDir
		case strings.HasSuffix(name, ".md"):
			text, err := fs.ReadFile(root, name)
			pages[name] = fence.ReplaceAllString(string(text), "")
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) < 20 {
		t.Errorf("%d pages", len(pages))
	}
	for name, text := range pages {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			to, anchor, _ := strings.Cut(m[1]+m[2], "#")
			if strings.Contains(to, ":") {
				continue // elsewhere
			}
			target := name
			if to != "" {
				target = path.Join(path.Dir(name), to)
			}
			if _, err := fs.Stat(root, target); err != nil {
				t.Errorf("%s links to %s, which is not there", name, target)
			} else if anchor != "" && !anchors(pages[target])[anchor] {
				t.Errorf("%s links to #%s of %s, which has no such heading", name, anchor, target)
			}
		}
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("../..", filepath.FromSlash(m[1]))); err != nil && !elsewhere[m[1]] && !strings.Contains(m[1], "NAME") {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
	}
}

// elsewhere are folders of Go's own tree, which pages name too.
var elsewhere = map[string]bool{"cmd/compile/internal/syntax": true, "cmd/internal/objabi/line.go": true}

// anchors returns the headings of a page as links name them.
func anchors(page string) map[string]bool {
	all := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(page, -1) {
		h := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z':
				return r
			}
			return -1
		}, strings.ToLower(m[1]))
		all[h] = true
	}
	return all
}
