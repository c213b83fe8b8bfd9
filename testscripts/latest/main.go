// Command latest runs the script of each hook whose library has a release that is newer
// than those the hook was tried on (make hooks-latest), with that, and ends with a table.
//
//	go run ./testscripts/latest [-hooks name,...]
//
// The exit code is 1 if a script fails.
package main

import (
	"flag"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/mod/semver"

	"github.com/drift-go/drift-toolexec/hooks"
)

func main() {
	only := flag.String("hooks", "", "the hooks to look at, by their folders; empty: all")
	flag.Parse()
	ok, err := run(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "latest:", err)
	}
	if !ok || err != nil {
		os.Exit(1)
	}
}

func run(only string) (ok bool, err error) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "hook\tmodule\ttried\tnewest\tresult")
	ok = true
	seen := map[string]bool{}
	for _, r := range hooks.All() {
		name := r.Name + " " + r.Module
		if r.Module == "" || r.Name == "otel" || r.Name == "rt" || seen[name] || only != "" && !slices.Contains(strings.Split(only, ","), r.Name) {
			continue
		}
		seen[name] = true
		tried := r.Tried[len(r.Tried)-1]
		newest, err := exec.Command("go", "list", "-m", "-f", "{{.Version}} {{.GoVersion}}", r.Module+"@latest").Output()
		release, needs, _ := strings.Cut(strings.TrimSpace(string(newest)), " ")
		result := "tried"
		switch {
		case err != nil:
			result = "the proxy does not say"
		case semver.Compare(release, tried) <= 0:
		case version.Compare("go"+needs, runtime.Version()) > 0:
			result = "not tried: it needs Go " + needs
		default:
			cmd := exec.Command("go", "test", "./testscripts", "-count=1", "-run", "TestScripts/"+r.Name+"$")
			cmd.Env = append(os.Environ(), "DRIFT_LIBRARIES=latest")
			if out, err := cmd.CombinedOutput(); err != nil {
				result, ok = "fails", false
				fmt.Fprintf(os.Stderr, "== %s with %s@%s\n%s\n", r.Name, r.Module, release, out)
			} else {
				result = "passes: add it to Tried"
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.Name, r.Module, tried, release, result)
	}
	return ok, nil
}
