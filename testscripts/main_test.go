// Package testscripts runs the suites that make full builds: each script is a
// user's program, built plain and woven, and what it exported compared.
//
// A script's name starts with its category. [long] is true under
// `make test-long`, [buildah] where images can be built, [cgo] where a C compiler
// is at hand, [addlink] where the OpenTelemetry given has Span.AddLink, [go1.27]
// and its like as the go command in use says,
// [service:redis] and its like where `make services` started that. DRIFT_OTEL is
// oldest or latest (the default): which OpenTelemetry a script is given that names
// none.
package testscripts

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/drift-go/drift-toolexec/hooks"
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
	// A woven form that does not compile is this tool's fault: a user's build goes on
	// without it, a test is not to.
	os.Setenv(noFallback, "1")
	// The tool's content, not its place, keys the go command's cache.
	dir, err := os.MkdirTemp("", "drift-tool-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	tool = dir
	switch os.Getenv("DRIFT_OTEL") {
	case "", "latest", "oldest":
	default:
		fmt.Fprintf(os.Stderr, "DRIFT_OTEL=%s: must be oldest or latest\n", os.Getenv("DRIFT_OTEL"))
		return 1
	}
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

// short are the scripts that run with -short, on systems that are looked at less.
var short = []string{"spawn_basic.txtar", "build_syntax_error.txtar", "config_errors.txtar", "report.txtar"}

// TestScripts runs the scripts in this folder and those of the hooks.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	ofHooks, err := filepath.Glob("../hooks/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, ofHooks...)
	if testing.Short() {
		files = short
	}
	testscript.Run(t, testscript.Params{
		Files:               files,
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Condition:           condition,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"bazel":   bazel,
			"ci":      ci,
			"kafka":   kafka,
			"lacks":   lacks,
			"library": library,
			"otel":    otel,
			"release": release,
			"same":    same,
			"service": service,
			"suite":   suite,
			"tree":    tree,
		},
	})
}

// noFallback is toolexec.NoFallbackEnv.
const noFallback = "DRIFT_NOFALLBACK"

// goEnv are settings that scripts share with whoever runs them: the caches and
// the way to modules, so that nothing is fetched or built twice.
var goEnv = []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN", "GOFLAGS", "GONOSUMDB", "GONOPROXY", "GOPRIVATE"}

func setup(env *testscript.Env) error {
	keys := append(goEnv[:len(goEnv):len(goEnv)], "GOTOOLDIR", "GOROOT")
	out, err := exec.Command("go", append([]string{"env"}, keys...)...).Output()
	if err != nil {
		return err
	}
	values := strings.Split(string(out), "\n")
	for i, key := range keys {
		env.Setenv(key, values[i])
	}
	// Under another name: the go command would take it for a wish.
	env.Setenv("GOROOT_AT", values[len(keys)-1])
	env.Setenv("GOROOT", "")
	env.Setenv("PATH", tool+string(os.PathListSeparator)+env.Getenv("PATH"))
	env.Setenv("TOOL", filepath.Join(tool, "drift-toolexec"))
	repo, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	env.Setenv("REPO", repo)
	env.Setenv("OTEL", given())
	env.Setenv("GO", runtime.Version()) // the go command in use, and what the tool was built with
	env.Setenv(noFallback, "1")
	return nil
}

// services are the ports that .ci/services starts services on.
var services = map[string]string{"redis": "16379", "postgres": "15432", "rabbitmq": "15676"}

func condition(cond string) (bool, error) {
	if service, ok := strings.CutPrefix(cond, "service:"); ok {
		port, ok := services[service]
		if !ok {
			return false, fmt.Errorf("unknown service %q", service)
		}
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err != nil {
			return false, nil
		}
		return true, conn.Close()
	}
	switch cond {
	case "long":
		return *long, nil
	case "addlink": // to a span that has started, since OpenTelemetry 1.25
		return given() != "v1.24.0", nil
	case "buildah":
		return canBuildah(), nil
	case "cgo":
		out, err := exec.Command("go", "env", "CGO_ENABLED", "CC").Output()
		if err != nil {
			return false, err
		}
		f := strings.Fields(string(out))
		if len(f) < 2 || f[0] != "1" {
			return false, nil
		}
		_, err = exec.LookPath(f[1])
		return err == nil, nil
	case "bazel":
		_, err := exec.LookPath(cond)
		return err == nil, nil
	case "skylib":
		_, err := os.Stat("/usr/share/bazel/tools/skylib")
		return err == nil, nil
	}
	return false, fmt.Errorf("unknown condition %q", cond)
}

// latest is the newest OpenTelemetry that the go command in use can build.
func latest() string {
	if go125() {
		return "v1.46.0"
	}
	return "v1.47.0"
}

// go125 reports whether the go command in use is Go 1.25's: the latest releases of
// much ask for more.
func go125() bool { return strings.HasPrefix(runtime.Version(), "go1.25") }

// given is the OpenTelemetry of scripts that name none.
func given() string {
	if os.Getenv("DRIFT_OTEL") == "oldest" {
		return "v1.24.0"
	}
	return latest()
}

// otel makes the script's folder the module example.com/x, requiring a release
// of OpenTelemetry (the one given to scripts, if none is named; latest is the
// newest), with package example.com/x/trees in it.
func otel(ts *testscript.TestScript, neg bool, args []string) {
	version := given()
	if len(args) > 0 {
		version = args[0]
	}
	if version == "latest" {
		version = latest()
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

// service is otel, and adds package example.com/x/service, which needs rt:
// builds of it say -mod=mod.
func service(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: service")
	}
	otel(ts, false, nil)
	text, err := os.ReadFile(filepath.FromSlash("testdata/service/service.go"))
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs("service"), 0o777))
	ts.Check(os.WriteFile(ts.MkAbs("service/service.go"), text, 0o666))
	const drift = "github.com/drift-go/drift-toolexec"
	ts.Check(ts.Exec("go", "mod", "edit", "-require="+drift+"@v0.0.0", "-replace="+drift+"="+ts.Getenv("REPO")))
}

// kafka adds package example.com/x/kafka to the script's folder, and the broker
// that it starts.
func kafka(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: kafka")
	}
	text, err := os.ReadFile(filepath.FromSlash("testdata/kafka/kafka.go"))
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs("kafka"), 0o777))
	ts.Check(os.WriteFile(ts.MkAbs("kafka/kafka.go"), text, 0o666))
	build := []string{"build", "-C", filepath.Join(ts.Getenv("REPO"), "testscripts", "testdata", "kafka", "kfake"), "-o", ts.MkAbs("kfake")}
	if go125() {
		build = append(build, "-modfile=go1.25.mod")
	}
	ts.Check(ts.Exec("go", append(build, ".")...))
}

// library builds the script's folder, a program that uses a hooked library, with
// the oldest and the latest release that the library's hook was tried on and the
// Go release in use can build, as plain-oldest, woven-oldest, plain-latest and
// woven-latest. Each pair is built with the tag oldest or latest, for what the
// releases do not have in common.
func library(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: library module")
	}
	var tried []string
	for _, r := range hooks.All() {
		if r.Module == args[0] {
			tried = r.Tried
		}
	}
	if len(tried) == 0 {
		ts.Fatalf("no hook is for a package of module %s", args[0])
	}
	if os.Getenv("DRIFT_LIBRARIES") == "latest" { // make hooks-latest
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", args[0]+"@latest").Output()
		ts.Check(err)
		tried = append(slices.Clone(tried), strings.TrimSpace(string(out)))
	}
	for _, build := range [][2]string{{"oldest", tried[0]}, {"latest", newest(ts, args[0], tried)}} {
		age, version := build[0], build[1]
		otel(ts, false, nil)
		ts.Check(ts.Exec("go", "mod", "edit", "-require="+args[0]+"@"+version))
		// The checksums that go.sum does not have are the checksum database's.
		// What a debugger would want takes the linker half of its time.
		build := []string{"build", "-mod=mod", "-ldflags=-s -w", "-tags=" + age, "-o"}
		ts.Check(ts.Exec("go", append(build, "plain-"+age, ".")...))
		ts.Check(ts.Exec("go", append(build, "woven-"+age, "-toolexec=drift-toolexec", ".")...))
	}
}

// newest returns the last of a module's versions that does not ask for a newer Go
// release than the one in use.
func newest(ts *testscript.TestScript, module string, versions []string) string {
	for _, v := range slices.Backward(versions) {
		cmd := exec.Command("go", "mod", "download", module+"@"+v)
		cmd.Dir = ts.MkAbs(".")
		out, err := cmd.CombinedOutput()
		if err == nil {
			return v
		}
		if !bytes.Contains(out, []byte("@"+v+" requires go >= ")) {
			ts.Fatalf("go mod download %s@%s: %v\n%s", module, v, err, out)
		}
	}
	ts.Fatalf("no release of module %s that is known can be built by %s", module, runtime.Version())
	return ""
}

// suite runs a module's own tests, woven, in a copy of it.
func suite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: suite module version packages")
	}
	module := args[0] + "@" + args[1]
	ts.Check(ts.Exec("go", "mod", "download", module))
	dir := filepath.Join(ts.Getenv("WORK"), strings.ReplaceAll(args[0], "/", "_"))
	ts.Check(os.CopyFS(dir, os.DirFS(filepath.Join(ts.Getenv("GOMODCACHE"), filepath.FromSlash(module)))))
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(path, 0o755)
	}))
	ts.Check(ts.Chdir(dir))
	ts.Check(ts.Exec("go", "test", "-toolexec=drift-toolexec", args[2]))
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

// tree writes the name, mode and digest of every file in a folder to a file.
func tree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tree folder file")
	}
	root := ts.MkAbs(args[0])
	var lines strings.Builder
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%s %s", info.Mode(), filepath.ToSlash(rel))
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&lines, " %x", sha256.Sum256(text))
		}
		lines.WriteByte('\n')
		return nil
	}))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(lines.String()), 0o666))
}

// lacks checks that texts do not occur in a file, whatever is in it.
func lacks(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] lacks file text...")
	}
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, text := range args[1:] {
		i := bytes.Index(data, []byte(text))
		if neg && i < 0 {
			ts.Fatalf("%s does not hold %q", args[0], text)
		}
		if !neg && i >= 0 {
			ts.Fatalf("%s holds %q: %q", args[0], text, data[i:min(len(data), i+len(text)+60)])
		}
	}
}
