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
var backed = []string{"context-propagation.md"}

var quoted = regexp.MustCompile("`([A-Za-z0-9_.]+)`")

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
				if !there[name[1]] {
					t.Errorf("%s:%d: there is no script, test or benchmark %s", page, i+1, name[1])
				}
			}
		}
		if rows == 0 {
			t.Errorf("%s: no table", page)
		}
	}
}

var testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Example|Fuzz)\w*)\(`)

// shown returns the names of all scripts, Go tests and benchmarks.
func shown(t *testing.T) map[string]bool {
	there := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".git")):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".txtar"):
			there[strings.TrimSuffix(d.Name(), ".txtar")] = true
		case strings.HasSuffix(path, "_test.go"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range testFunc.FindAllSubmatch(text, -1) {
				there[string(m[1])] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}
