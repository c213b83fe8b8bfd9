// Command newhook begins a hook (make new-hook): its folder with a rule and a script to
// fill in, and its line in the list.
//
//	go run ./internal/newhook -name tunny -module github.com/Jeffail/tunny [-package path] [-version v0.1.4]
package main

import (
	"errors"
	"flag"
	"fmt"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

func main() {
	name := flag.String("name", "", "the hook's folder and package, a Go identifier in lower case")
	module := flag.String("module", "", "the library's module path")
	pkg := flag.String("package", "", "the import path of the package to hook; empty: the module's")
	version := flag.String("version", "", "the release that rule.go names as tried; empty: the newest")
	flag.Parse()
	ask := newest
	if *version != "" {
		ask = func(string) (string, error) { return *version, nil }
	}
	if err := run(".", *name, *module, *pkg, ask); err != nil {
		fmt.Fprintln(os.Stderr, "newhook:", err)
		os.Exit(1)
	}
}

// newest returns the newest release of a module.
func newest(module string) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module+"@latest").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			first, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
			return "", fmt.Errorf("%s; give a release with VERSION=", strings.TrimPrefix(first, "go: "))
		}
		return "", err
	}
	return strings.TrimSpace(string(out)), nil
}

func run(root, name, module, pkg string, newest func(string) (string, error)) error {
	switch {
	case name == "" || module == "":
		return errors.New("usage: make new-hook NAME=tunny MODULE=github.com/Jeffail/tunny [PACKAGE=path] [VERSION=v0.1.4]")
	case !token.IsIdentifier(name) || name != strings.ToLower(name):
		return fmt.Errorf("%q: NAME is a package's, a Go identifier in lower case", name)
	case pkg == "":
		pkg = module
	case !strings.HasPrefix(pkg+"/", module+"/"):
		return fmt.Errorf("package %s is not in module %s", pkg, module)
	}
	dir := filepath.Join(root, "hooks", name)
	if _, err := os.Stat(dir); err == nil {
		return fmt.Errorf("%s is there already", dir)
	}
	version, err := newest(module)
	if err != nil {
		return err
	}
	list := filepath.Join(root, "hooks", "hooks.go")
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	listed, err := enlist(string(text), name)
	if err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	fill := strings.NewReplacer("NAME", name, "MODULE", module, "PACKAGE", pkg, "VERSION", version)
	for file, text := range map[string]string{
		filepath.Join(dir, "rule.go"):     fill.Replace(rule),
		filepath.Join(dir, name+".txtar"): fill.Replace(script),
		list:                              listed,
	} {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return err
		}
	}
	fmt.Printf(`%s: fill in rule.go and %s.txtar (docs/writing-hooks.md), then

	make seam hooks check
	go test ./testscripts -run TestScripts/%s$ -update    # read what it wrote
	go test ./testscripts -run TestScripts/%[3]s$
`, dir, name, name)
	return nil
}

// enlist adds a hook to hooks.go: its import, and its line in the list.
func enlist(text, name string) (string, error) {
	const imports = `	"github.com/drift-go/drift-toolexec/hooks/`
	text, err := insert(text, regexp.MustCompile(`(?m)^\t"github\.com/drift-go/drift-toolexec/hooks/\w+"\n`), imports+name+"\"\n", 0)
	if err != nil {
		return "", err
	}
	// The first line of the list, runtime's, stays the first.
	return insert(text, regexp.MustCompile(`(?m)^\t\w+\.Rules,\n`), "\t"+name+".Rules,\n", 1)
}

// insert adds a line to the lines that a pattern matches, in alphabetical order after the
// first few.
func insert(text string, lines *regexp.Regexp, line string, few int) (string, error) {
	at := lines.FindAllStringIndex(text, -1)
	if len(at) <= few {
		return "", fmt.Errorf("no lines like %s", strings.TrimSpace(line))
	}
	at = at[few:]
	i := sort.Search(len(at), func(i int) bool { return text[at[i][0]:at[i][1]] > line })
	pos := at[len(at)-1][1]
	if i < len(at) {
		pos = at[i][0]
	}
	return text[:pos] + line + text[pos:], nil
}

const rule = `// Package NAME hooks MODULE: what a task runs is a child of who handed it over.
package NAME

import "github.com/drift-go/drift-toolexec/weave/rule"

// Rules returns the hook's rule.
func Rules() []*rule.Rule {
	const pkg = "PACKAGE"
	return []*rule.Rule{{
		Name:    "NAME",
		Doc:     "what the user gets by it, in a sentence",
		Package: pkg,
		Module:  "MODULE",
		Tried:   []string{"VERSION"}, // the oldest that works first
		// docs/writing-hooks.md says which of these a library needs.
		Bind: []rule.Bind{
			{Target: rule.Target{Func: "(*" + pkg + ".Pool).Submit"}, Param: "task"},
		},
	}}
}
`

const script = `# What is handed to NAME is a child of who handed it over.
library MODULE
exec ./plain-oldest
cmp stdout plain.want
exec ./woven-oldest
cmp stdout woven.want
exec ./plain-latest
cmp stdout plain.want
exec ./woven-latest
cmp stdout woven.want

-- main.go --
package main

import (
	"example.com/x/trees"
	"PACKAGE"
)

func main() {
	pool := NAME.New(3)
	defer pool.Close()
	trees.Pieces(func(piece func()) { pool.Submit(piece) })
}
-- plain.want --
-- woven.want --
`
