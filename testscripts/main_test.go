// Package testscripts runs the suites that make full builds: each script is a
// user's program, built plain and woven, and what it exported compared.
//
// A script's name starts with its category. [long] is true under
// `make test-long`, [go1.27] and its like as the go command in use says.
package testscripts

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	update = flag.Bool("update", false, "rewrite the scripts' golden files")
	long   = flag.Bool("long", os.Getenv("DRIFT_LONG") != "", "run the long scripts too")
)

// tool is the folder that the tool under test is built into.
var tool string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	// A folder that stays the same from run to run: the tool's own content,
	// not its place, keys the go command's cache, but a kept binary saves
	// linking it anew.
	dir, err := os.MkdirTemp("", "drift-tool-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	tool = dir
	name := "drift-toolexec"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, name), "../cmd/drift-toolexec")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build cmd/drift-toolexec: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 ".",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Condition:           condition,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"otel": otel,
			"same": same,
		},
	})
}

// goEnv are settings that scripts share with whoever runs them: the caches and
// the way to modules, so that nothing is fetched or built twice.
var goEnv = []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN", "GOFLAGS", "GONOSUMDB", "GONOPROXY", "GOPRIVATE"}

func setup(env *testscript.Env) error {
	out, err := exec.Command("go", append([]string{"env"}, goEnv...)...).Output()
	if err != nil {
		return err
	}
	values := strings.Split(string(out), "\n")
	for i, key := range goEnv {
		env.Setenv(key, values[i])
	}
	env.Setenv("PATH", tool+string(os.PathListSeparator)+env.Getenv("PATH"))
	env.Setenv("TOOL", filepath.Join(tool, "drift-toolexec"))
	repo, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	env.Setenv("REPO", repo)
	return nil
}

func condition(cond string) (bool, error) {
	if cond == "long" {
		return *long, nil
	}
	return false, fmt.Errorf("unknown condition %q", cond)
}

// latest is the newest OpenTelemetry that the go command in use can build.
func latest() string {
	if strings.HasPrefix(runtime.Version(), "go1.25") {
		return "v1.46.0"
	}
	return "v1.47.0"
}

// otel makes the script's folder the module example.com/x, requiring a release
// of OpenTelemetry (the latest, if none is named), with package
// example.com/x/trees in it.
func otel(ts *testscript.TestScript, neg bool, args []string) {
	version := latest()
	if len(args) > 0 {
		version = args[0]
	}
	copies := map[string]string{
		"testdata/trees/trees.go":              "trees/trees.go",
		"testdata/otel/" + version + "/go.mod": "go.mod",
		"testdata/otel/" + version + "/go.sum": "go.sum",
	}
	for from, to := range copies {
		text, err := os.ReadFile(filepath.FromSlash(from))
		ts.Check(err)
		to = ts.MkAbs(to)
		ts.Check(os.MkdirAll(filepath.Dir(to), 0o777))
		ts.Check(os.WriteFile(to, text, 0o666))
	}
}

// same compares two files byte for byte, whatever is in them.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] same file1 file2")
	}
	a, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	b, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	if (string(a) == string(b)) == neg {
		if neg {
			ts.Fatalf("%s and %s are the same", args[0], args[1])
		}
		ts.Fatalf("%s and %s differ", args[0], args[1])
	}
}
