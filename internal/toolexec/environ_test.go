package toolexec

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"
)

// Pages and package runtime know the same environment variables.
func TestRunTime(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var names []string
	config, readme, switches := read("docs/configuration.md"), read("README.md"), read("hooks/goruntime/inject/switches.go")+read("hooks/goruntime/inject/wire.go")
	for _, v := range RunTime {
		names = append(names, v.Name)
		if row := fmt.Sprintf("| `%s` | `%s` | ", v.Name, v.Default); !regexp.MustCompile("(?m)^" + regexp.QuoteMeta(row)).MatchString(config) {
			t.Errorf("docs/configuration.md lacks a row that begins with %s", row)
		}
		if !regexp.MustCompile("(?m)^\\| `" + v.Name + "=").MatchString(readme) {
			t.Errorf("README.md lacks a row for %s", v.Name)
		}
	}
	for _, m := range regexp.MustCompile(`"(DRIFT_[A-Z_]+)"`).FindAllStringSubmatch(switches, -1) {
		if !slices.Contains(names, m[1]) {
			t.Errorf("package runtime reads %s, which RunTime lacks", m[1])
		}
	}
}
