package testscripts

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// known are the cases that still fail, each with the reason, and the groups whose
// woven text does not compile. One that is listed and passes is an error too, so that
// the list can only shrink.
var known = map[string]string{
	"otel/SiblingInClosureOfBackground": "a closure's variable that holds Background is not followed",
}

// casesRequire are the modules that a group of cases needs beside OpenTelemetry.
var casesRequire = map[string][]string{
	"contrib": {
		"connectrpc.com/connect@v1.19.1",
		"connectrpc.com/otelconnect@v0.12.0",
		"github.com/exaring/otelpgx@v0.13.0",
		"github.com/gorilla/websocket@v1.5.3",
		"github.com/jackc/pgx/v5@v5.9.2",
		"github.com/rabbitmq/amqp091-go@v1.16.0",
		"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc@v0.72.0",
		"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp@v0.72.0",
		"google.golang.org/grpc@v1.83.2",
		"google.golang.org/protobuf@v1.36.11",
	},
	"fanout": {
		"github.com/afex/hystrix-go@v0.0.0-20180502004556-fa1af6a1f4f5",
		"github.com/failsafe-go/failsafe-go@v0.9.8",
		"github.com/go-kit/kit@v0.13.0",
		"github.com/graph-gophers/graphql-go@v1.11.0",
		"github.com/samber/lo@v1.53.0",
		"github.com/timandy/routine@v1.1.6",
		"github.com/zeromicro/go-zero@v1.10.3",
	},
}

// TestCases runs the cases of testdata/cases, which a woven build once got wrong or
// lost. A case is an exported function and, as an example's, its output stands in a
// comment at its end: Output is what it prints in both builds, Plain and Woven are
// what it prints in one. A group, the functions of one folder, is one program, and
// each case a process of it, so that no case sees what another one set.
func TestCases(t *testing.T) {
	if testing.Short() {
		t.Skip("full builds; run without -short")
	}
	groups, err := os.ReadDir(filepath.FromSlash("testdata/cases"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	t.Run("group", func(t *testing.T) {
		for _, g := range groups {
			group := g.Name()
			seen[group] = true
			cases := parseCases(t, filepath.Join("testdata", "cases", group))
			for name := range cases {
				seen[group+"/"+name] = true
			}
			t.Run(group, func(t *testing.T) {
				if len(casesRequire[group]) > 0 && go125() {
					t.Skip("what it requires asks for a newer Go")
				}
				t.Parallel()
				runCases(t, group, cases)
			})
		}
	})
	for name := range known {
		if !seen[name] {
			t.Errorf("known lists %s, which is no case", name)
		}
	}
}

// outputs are what a case prints.
type outputs struct{ plain, woven string }

// parseCases returns the cases of a folder.
func parseCases(t *testing.T, dir string) map[string]outputs {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]outputs{}
	fset := token.NewFileSet()
	for _, name := range files {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() {
				continue
			}
			var want outputs
			for _, c := range file.Comments {
				if c.Pos() < fn.Body.Lbrace || c.End() > fn.Body.Rbrace {
					continue
				}
				kind, text, _ := strings.Cut(c.Text(), "\n")
				switch kind {
				case "Output:":
					want = outputs{text, text}
				case "Plain:":
					want.plain = text
				case "Woven:":
					want.woven = text
				}
			}
			if want == (outputs{}) {
				t.Fatalf("%s: %s says not what it prints: end it with a comment Output, or Plain and Woven", fset.Position(fn.Pos()), fn.Name.Name)
			}
			cases[fn.Name.Name] = want
		}
	}
	return cases
}

// runCases builds a group plain and woven, and compares what each case prints.
func runCases(t *testing.T, group string, cases map[string]outputs) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "cases", group))); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"testdata/trees/trees.go":              "trees/trees.go",
		"testdata/otel/" + given() + "/go.mod": "go.mod",
		"testdata/otel/" + given() + "/go.sum": "go.sum",
	} {
		text, err := os.ReadFile(filepath.FromSlash(from))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, filepath.FromSlash(to)), text)
	}
	names := slices.Sorted(maps.Keys(cases))
	var main strings.Builder
	main.WriteString("package main\n\nimport \"os\"\n\nfunc main() {\n\tswitch os.Args[1] {\n")
	for _, name := range names {
		fmt.Fprintf(&main, "\tcase %q:\n\t\t%s()\n", name, name)
	}
	main.WriteString("\t}\n}\n")
	write(t, filepath.Join(dir, "main.go"), []byte(main.String()))

	build := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		if _, listed := known[group]; listed {
			cmd.Env = append(cmd.Environ(), noFallback+"=")
		}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	for _, r := range casesRequire[group] {
		build("mod", "edit", "-require="+r)
	}
	flags := []string{"build", "-mod=mod", "-ldflags=-s -w", "-o"}
	if group == "race" {
		flags = append([]string{"build", "-race"}, flags[1:]...)
	}
	build(append(flags, "plain", ".")...)
	reason, listed := known[group]
	out := build(append(flags, "woven", "-toolexec="+filepath.Join(tool, "drift-toolexec"), ".")...)
	switch woven := !strings.Contains(out, "not woven"); {
	case woven && listed:
		t.Errorf("it is woven: take it from known (%s)", reason)
	case !woven && !listed:
		t.Errorf("the woven build: %s", out)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			reason, listed := known[group+"/"+name]
			if got := runCase(t, dir, "plain", name); got != cases[name].plain {
				t.Errorf("the plain build prints\n%swant\n%s", got, cases[name].plain)
			}
			got := runCase(t, dir, "woven", name)
			switch ok := got == cases[name].woven; {
			case ok && listed:
				t.Errorf("it passes: take it from known (%s)", reason)
			case !ok && listed:
				t.Skipf("known: %s; it prints\n%s", reason, got)
			case !ok:
				t.Errorf("the woven build prints\n%swant\n%s", got, cases[name].woven)
			}
		})
	}
}

// runCase returns what a case prints. What it writes to its error output, a panic or
// a race, belongs to that, so that it is the same nowhere.
func runCase(t *testing.T, dir, build, name string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(dir, build), name)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(&out, err)
	}
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}
