package toolexec

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drift-go/drift-toolexec/weave"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Bazel's rules_go calls the compiler by itself, in its execution root: with
// relative names, a response file, sources after -- and outputs in a folder
// that stays.
func TestDirectCall(t *testing.T) {
	out, err := exec.Command("go", "env", "GOTOOLDIR").Output()
	if err != nil {
		t.Fatal(err)
	}
	compiler := []string{filepath.Join(strings.TrimSpace(string(out)), "compile")}
	t.Chdir(t.TempDir())
	t.Setenv("TOOLEXEC_IMPORTPATH", "")
	write(t, "pkg/x.go", "package x\n\nfunc F(f func()) {\n\tgo f()\n}\n")
	write(t, "external/y/y.go", "package y\n\nfunc F(f func()) {\n\tgo f()\n}\n")
	write(t, "importcfg", "")
	write(t, "bin/keep", "")
	args := []string{"-p", "example.com/x", "-importcfg", "importcfg", "-pack", "-o", "bin/x.a", "--", "pkg/x.go"}
	if err := writeResponse("params", args); err != nil {
		t.Fatal(err)
	}
	for _, call := range [][]string{args, {"@params"}} {
		w, err := new(Config).compile(call)
		if err != nil || w == nil {
			t.Fatalf("%q: %v, %v", call, w, err)
		}
		named := w.args
		if strings.HasPrefix(named[0], "@") != (len(call) == 1) {
			t.Errorf("%q became %q", call, named)
		}
		if named, _, err = expandArgs(named); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join("bin", "drift-x")
		want := append(slices.Clone(args[:7]),
			"-trimpath="+filepath.Join(dir, "0")+"=>pkg;"+dir+"=>;", "--",
			filepath.Join(dir, "0", "0_x.go"), filepath.Join(dir, "drift_inject.go"))
		if !slices.Equal(named, want) {
			t.Errorf("got %q, want %q", named, want)
		}
		if code, err := w.run(compiler, call); code != 0 || err != nil {
			t.Fatalf("exit status %d, %v", code, err)
		}
		left, err := os.ReadDir("bin")
		if err != nil || len(left) != 2 {
			t.Errorf("bin holds %v, %v, want keep and x.a", left, err)
		}
	}
	args = []string{"-p", "y", "-importcfg", "importcfg", "-o", "bin/y.a", "--", "external/y/y.go"}
	if w, err := new(Config).compile(args); w != nil || err != nil {
		t.Errorf("a third-party package: %v, %v", w, err)
	}
}

// The woven form of a package that has no other fault must not keep it from
// being built, but in this tool's own tests; nor must a library's hook that is for
// another shape of it, unless the configuration is strict.
func TestWovenDoesNotCompile(t *testing.T) {
	out, err := exec.Command("go", "env", "GOTOOLDIR").Output()
	if err != nil {
		t.Fatal(err)
	}
	compiler := []string{filepath.Join(strings.TrimSpace(string(out)), "compile")}
	t.Chdir(t.TempDir())
	t.Setenv("TOOLEXEC_IMPORTPATH", "")
	write(t, "x.go", "package x\n")
	write(t, "woven.go", "package x; func\n")
	args := []string{"-p", "x", "-o", "x.a", "x.go"}
	library := &rule.Rule{Name: "lib", Module: "example.com/lib", Tried: []string{"v1.0.0"}}
	for _, test := range []struct {
		name       string
		hook       *rule.Rule
		strict     bool
		noFallback string
		want       string // error
	}{
		{name: "own code"},
		{name: "own code, in a test", noFallback: "1", want: "x compiles, but not woven: woven.go:2:"},
		{name: "a library", hook: library},
		{name: "a library, in a test", hook: library, noFallback: "1", want: "hook lib is left out of x ("},
		{name: "a library, strict", hook: library, strict: true, want: "hook lib: compiles, but not woven: woven.go:2:"},
		{name: "Go's own", hook: &rule.Rule{Name: "gox", Std: true}, want: "hook gox: compiles, but not woven: woven.go:2:"},
	} {
		t.Setenv(NoFallbackEnv, test.noFallback)
		os.Remove("x.a")
		os.Remove("report")
		w := &woven{
			target: &target{Config: &Config{Strict: test.strict, Report: "report"}, compileArgs: &compileArgs{pkg: "x", out: "x.a"}, hook: test.hook, files: []string{"x.go"},
				sites: []weave.Site{{Kind: "spawn"}}},
			dir: "none", args: []string{"-p", "x", "-o", "x.a", "woven.go"},
		}
		code, err := w.run(compiler, args)
		if test.want != "" {
			if code != 1 || err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("%s: exit status %d, %v", test.name, code, err)
			}
			continue
		}
		if code != 0 || err != nil {
			t.Errorf("%s: exit status %d, %v", test.name, code, err)
		}
		if _, err := os.Stat("x.a"); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		sites, err := readReport("report")
		if err != nil || len(sites) != 1 || !strings.HasPrefix(sites[0].Reason, "left out: compiles, but not woven: woven.go:2:") {
			t.Errorf("%s: reported %+v, %v", test.name, sites, err)
		}
	}
}

func TestVendoredVersion(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "vendor/modules.txt"), "# example.com/a v1.2.3\n## explicit; go 1.25\nexample.com/a/p\n# example.com/b v0.1.0 => ../b\nexample.com/b\n")
	for pkg, want := range map[string]string{"example.com/a/p": "v1.2.3", "example.com/b": "v0.1.0", "example.com/c": ""} {
		got, replaced := vendored(filepath.Join(dir, "vendor", filepath.FromSlash(pkg)), pkg)
		if got != want || replaced != (pkg == "example.com/b") {
			t.Errorf("%s: %q, %t, want %q", pkg, got, replaced, want)
		}
	}
	if got, _ := vendored(filepath.Join(dir, "elsewhere"), "example.com/b"); got != "" {
		t.Errorf("not vendored: %q", got)
	}
}

// A module that stands in for another says nothing of that one's releases.
func TestKnownVersion(t *testing.T) {
	for dir, want := range map[string]string{
		"/m/github.com/!a/lib@v1.2.3/p":    "v1.2.3",
		"/m/github.com/other/lib@v1.2.3/p": "",
		"/home/lib/p":                      "",
	} {
		c := &target{compileArgs: &compileArgs{pkg: "github.com/A/lib/p"}, files: []string{dir + "/x.go"}}
		if got := c.knownVersion("github.com/A/lib"); got != want {
			t.Errorf("%s: %q, want %q", dir, got, want)
		}
		c.trimpath = "/tmp/x.txt=>" + dir + "/x.go;/gowork/b001=>"
		c.files[0] = "/tmp/x.txt"
		if got := c.knownVersion("github.com/A/lib"); got != want {
			t.Errorf("%s, overlaid: %q, want %q", dir, got, want)
		}
	}
}

// What -trimpath makes a library's, though it lies in a folder of the user's, is in
// the report; what is a library's anyway is not.
func TestReportReplaced(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	t.Setenv("TOOLEXEC_IMPORTPATH", "")
	write(t, "y/y.go", "package y\n\nfunc F(f func()) {\n\tgo f()\n}\n")
	write(t, "mod/z@v1.2.3/z.go", "package z\n\nfunc F(f func()) {\n\tgo f()\n}\n")
	write(t, "importcfg", "")
	for _, dir := range []string{"y", "mod/z@v1.2.3"} {
		dir = filepath.Join(root, filepath.FromSlash(dir))
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"-p", "example.com/y", "-importcfg", "importcfg", "-o", "b001/_pkg_.a", "-trimpath", dir + "=>example.com/y@v1.2.3;b001=>"}
		if w, err := (&Config{Report: "report"}).compile(append(args, files...)); w != nil || err != nil {
			t.Errorf("%s: %v, %v", dir, w, err)
		}
	}
	sites, err := readReport("report")
	want := []reportSite{{Kind: "package", File: filepath.Join(root, "y"), Reason: replaced}}
	if err != nil || !slices.Equal(sites, want) {
		t.Errorf("got %+v, %v, want %+v", sites, err, want)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestGoVersion(t *testing.T) {
	for text, want := range map[string]string{
		"go1.26.8": "v1.26.8", "go1.27": "v1.27.0", "go1.27rc1": "v1.27.0", "go1.25.0 X:jsonv2": "v1.25.0", "devel go1.28-0123456": "v1.28.0", "": "",
	} {
		if got := goVersion(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// OpenTelemetry's packages have the release of the module that they are in; a
// folder that stands in for it has none.
func TestKnownRelease(t *testing.T) {
	const otel = "go.opentelemetry.io/otel"
	for _, test := range []struct{ pkg, dir, want string }{
		{otel + "/sdk/trace", "/m/" + otel + "/sdk@v1.47.0/trace", "v1.47.0"},
		{otel + "/trace", "/m/" + otel + "/trace@v1.47.0", "v1.47.0"},
		{otel + "/sdk/log", "/m/" + otel + "/sdk/log@v0.23.0", "v0.23.0"},
		{otel + "/propagation", "/m/" + otel + "@v1.24.0/propagation", "v1.24.0"},
		{otel + "/trace", "/home/otel/trace", ""},
		{otel + "/trace", "/m/example.com/otel/trace@v1.0.0", ""},
	} {
		c := &target{compileArgs: &compileArgs{pkg: test.pkg}, files: []string{test.dir + "/x.go"}, hook: &rule.Rule{Module: otel}}
		if got := c.knownRelease(); got != test.want {
			t.Errorf("%s: %q, want %q", test.dir, got, test.want)
		}
	}
	c := &target{compileArgs: &compileArgs{pkg: "net", std: true, goversion: "go1.26.8"}, files: []string{"/go/src/net/x.go"}}
	if got := c.knownRelease(); got != "v1.26.8" {
		t.Errorf("Go's own: %q", got)
	}
}

// What takes the mark is Go's own, and what the hooks of imported libraries say.
func TestMarks(t *testing.T) {
	const (
		pkg  = "github.com/zeromicro/go-zero/core/threading"
		mark = pkg + ".GoSafe"
	)
	none, threading := &imports{}, &imports{file: map[string]string{pkg: "threading.a"}}
	for _, test := range []struct {
		why     string
		without []string
		im      *imports
		want    bool
	}{
		{"imported", nil, threading, true},
		{"not imported", nil, none, false},
		{"left out", []string{"gozero"}, threading, false},
	} {
		c := &target{Config: &Config{Without: test.without}}
		marks := c.marks(test.im)
		if got := slices.Contains(marks, mark); got != test.want {
			t.Errorf("%s: %t, want %t", test.why, got, test.want)
		}
		if !slices.Contains(marks, "time.AfterFunc") {
			t.Errorf("%s: without Go's own", test.why)
		}
	}
}

// A report is a file, though there is nothing in it.
func TestReportOfNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TOOLEXEC_IMPORTPATH", "")
	write(t, "y/y.go", "package y\n")
	write(t, "importcfg", "")
	args := []string{"-p", "y", "-importcfg", "importcfg", "-o", "b001/_pkg_.a", "y/y.go"}
	if w, err := (&Config{Report: "report"}).compile(args); w != nil || err != nil {
		t.Fatalf("%v, %v", w, err)
	}
	var b strings.Builder
	if err := PrintReport(&b, "report", "."); err != nil || b.String() != "0 woven, 0 left alone\n" {
		t.Errorf("%q, %v", &b, err)
	}
}
