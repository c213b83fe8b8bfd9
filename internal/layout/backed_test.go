package layout

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// backed are the pages whose tables name in their last column what shows each
// row: a script, a Go test or a benchmark.
var backed = []string{"context-propagation.md", "build-modes.md", "semantics.md"}

// modes is the page whose first column has in code what the row's scripts say.
const modes = "build-modes.md"

var (
	quoted = regexp.MustCompile("`([A-Za-z0-9_.]+)`")
	code   = regexp.MustCompile("`([^`]+)`")
)

// TestDocsAreBacked checks that what those pages name is there.
func TestDocsAreBacked(t *testing.T) {
	there := shown(t)
	for _, page := range backed {
		text, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || i+1 < len(lines) && strings.HasPrefix(lines[i+1], "|---") {
				continue
			}
			rows++
			cells := strings.Split(strings.Trim(line, "| "), "|")
			names := quoted.FindAllStringSubmatch(cells[len(cells)-1], -1)
			if len(names) == 0 {
				t.Errorf("%s:%d: the row names no test", page, i+1)
			}
			for _, name := range names {
				if _, ok := there[name[1]]; !ok {
					t.Errorf("%s:%d: there is no script, test or benchmark %s", page, i+1, name[1])
				}
			}
			if page != modes {
				continue
			}
			for _, mode := range code.FindAllStringSubmatch(cells[0], -1) {
				for _, name := range names {
					if !strings.Contains(there[name[1]], mode[1]) {
						t.Errorf("%s:%d: %s does not say %s", page, i+1, name[1], mode[1])
					}
				}
			}
		}
		if rows == 0 {
			t.Errorf("%s: no table", page)
		}
	}
}

var testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Example|Fuzz)\w*)\(`)

var comment = regexp.MustCompile(`(?m)^# .*\n`)

// shown returns the names of all scripts, Go tests and benchmarks; with a script's
// its text, without comments.
func shown(t *testing.T) map[string]string {
	there := map[string]string{}
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".git")):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".txtar"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			there[strings.TrimSuffix(d.Name(), ".txtar")] = comment.ReplaceAllString(string(text), "")
		case strings.HasSuffix(path, "_test.go"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range testFunc.FindAllSubmatch(text, -1) {
				there[string(m[1])] = ""
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}
