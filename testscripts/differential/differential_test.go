package differential

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	cases = flag.Int("cases", 0, "how many cases; 400, or 10000 with DRIFT_LONG=1")
	seed  = flag.Uint64("seed", 1, "the first batch's seed; the next one's is one more")
	batch = flag.Int("batch", 400, "how many cases a build serves")
	raced = flag.Bool("race-built", false, "build the programs with -race")
	only  = flag.Int("only", -1, "the one case to run")
	most  = flag.Int("reduce", 2, "how many differences are reduced")
	skip  = flag.String("without", "", "nodes that are not generated, as span:11,given")
	keep  = flag.String("keep", "", "folder for the reduced programs")
)

// known is why differences are expected, for a while. When there are none the test
// fails, so that it is taken away.
const known = ""

var tool string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "drift-tool-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	tool = filepath.Join(dir, "drift-toolexec")
	if runtime.GOOS == "windows" {
		tool += ".exe"
	}
	build := exec.Command("go", "build", "-trimpath", "-o", tool, "../../cmd/drift-toolexec")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build cmd/drift-toolexec: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// program is a case, and what came of it.
type program struct {
	name string
	list []*node
	tree map[string]int // what stands in its source
	// what was exported with ctx passed and dropped
	plain, woven, plainLost, wovenLost string
	broken                             string // why it was not woven
	drops                              int
}

// property is what a case breaks.
type property string

const (
	right    property = ""
	intended property = "intended" // a plain build exports what stands in the source
	harmless property = "harmless"
	repaired property = "repaired"
	compiles property = "compiles" // the woven text does
)

func (p *program) breaks() property {
	switch {
	case p.broken != "":
		return compiles
	case !maps.Equal(p.tree, spans(p.plain)):
		return intended
	case p.plain != p.woven:
		return harmless
	case p.plain != p.wovenLost:
		return repaired
	}
	return right
}

var exported = regexp.MustCompile(`(?m)^[ab]: (\S+ under .*?);`)

// spans returns the spans that a case exported, with their parents.
func spans(text string) map[string]int {
	m := map[string]int{}
	for _, s := range exported.FindAllStringSubmatch(text, -1) {
		m[s[1]]++
	}
	return m
}

func TestDifferential(t *testing.T) {
	n := *cases
	switch {
	case n > 0:
	case long:
		n = 10000
	default:
		n = 400
	}
	differ(t, n, *raced)
}

// TestDifferentialRace is the same with the race detector.
func TestDifferentialRace(t *testing.T) {
	if !long || *cases > 0 {
		t.Skip("long")
	}
	differ(t, 1000, true)
}

// long is set by make test-long.
var long = os.Getenv("DRIFT_LONG") != ""

// differ tries cases.
func differ(t *testing.T, cases int, race bool) {
	if testing.Short() {
		t.Skip("makes full builds")
	}
	without := map[way]bool{}
	for _, text := range strings.FieldsFunc(*skip, func(r rune) bool { return r == ',' }) {
		w, err := parseWay(text)
		if err != nil {
			t.Fatal(err)
		}
		without[w] = true
	}
	var failed []*program
	total, drops, lost := 0, 0, 0
	count := map[property]int{}
	for s := *seed; total < cases; s++ {
		var batched []*program
		for n := range min(*batch, cases-total) {
			if *only >= 0 && n != *only {
				continue
			}
			batched = append(batched, &program{name: fmt.Sprintf("C%d", n), list: newCase(s, uint64(n), without)})
		}
		total += *batch
		try(t, batched, race)
		for _, p := range batched {
			drops += p.drops
			if p.plainLost != p.plain {
				lost++
			}
			if b := p.breaks(); b != right {
				count[b]++
				failed = append(failed, p)
				t.Logf("seed %d case %s: not %s", s, p.name, b)
			}
		}
	}
	t.Logf("%d cases, %d contexts dropped, for lack of which %d cases export something else in a plain build; differences: %v", min(total, cases), drops, lost, count)
	if lost == 0 && *only < 0 {
		t.Error("no case needs repair: the generator drops nothing")
	}
	if len(failed) == 0 {
		if known != "" && *only < 0 && cases >= 400 {
			t.Errorf("no differences: take known away (%s)", known)
		}
		return
	}
	if known != "" && *keep == "" && count[intended] == 0 {
		t.Skipf("known: %s", known)
	}
	// The smallest ones of each property, first what is the generator's own fault.
	slices.SortStableFunc(failed, func(a, b *program) int { return size(a.list) - size(b.list) })
	seen := map[string]bool{}
	reduced := map[property]int{}
	for _, p := range failed {
		b := p.breaks()
		if reduced[b] >= *most {
			continue
		}
		reduced[b]++
		p = reduce(t, p, race)
		if shape := fmt.Sprint(b, ways(p.list)); !seen[shape] {
			seen[shape] = true
			report(t, p)
		}
	}
	t.Fail()
}

// try builds programs plain and woven, and runs them.
func try(t *testing.T, list []*program, race bool) {
	t.Helper()
	dir := t.TempDir()
	for {
		source(t, dir, list)
		build(t, dir, "plain", race)
		out := build(t, dir, "woven", race, "-toolexec="+tool)
		if !strings.Contains(out, "not woven") {
			break
		}
		// The position says whose text does not compile. Without it the
		// others are woven.
		if !blame(list, dir, out) {
			t.Fatalf("the woven build: %s", out)
		}
	}
	execute(t, dir, "plain", list)
	execute(t, dir, "woven", list)
}

const perPackage = 100

const header = `package %s

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/x/h"
)

var (
	_ sync.WaitGroup
	_ time.Time
	_ = attribute.Int
	_ = baggage.FromContext
	_ = codes.Error
	_ trace.Span = noop.Span{}
	_ = h.A
	_ context.Context
)

`

// source writes the module that the programs make up.
func source(t *testing.T, dir string, list []*program) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	otel := "../testdata/otel/" + release()
	write("go.mod", read(otel+"/go.mod"))
	write("go.sum", read(otel+"/go.sum"))
	write("h/h.go", read("testdata/h/h.go"))
	kit := read("testdata/kit/kit.go")
	var imports, calls strings.Builder
	for i := 0; i < len(list); i += perPackage {
		pkg := fmt.Sprint("p", i/perPackage)
		write(pkg+"/kit.go", strings.Replace(kit, "package kit\n", "package "+pkg+"\n", 1))
		var b strings.Builder
		fmt.Fprintf(&b, header, pkg)
		for _, p := range list[i:min(i+perPackage, len(list))] {
			if p.broken != "" {
				fmt.Fprintf(&b, "func %sp() {}\nfunc %sd() {}\n", p.name, p.name)
			} else {
				b.WriteString(p.text())
			}
			fmt.Fprintf(&calls, "\t{%q, %s.%sp, %s.%sd},\n", p.name, pkg, p.name, pkg, p.name)
		}
		write(pkg+"/cases.go", b.String())
		fmt.Fprintf(&imports, "\t\"example.com/x/%s\"\n", pkg)
	}
	write("main.go", `package main

import (
	"fmt"
	"os"
	"strconv"

	"example.com/x/h"
`+imports.String()+`)

// The argument is the run to begin with: a case is two, with ctx passed and dropped.
func main() {
	first, _ := strconv.Atoi(os.Args[1])
	for i := first; i < 2*len(cases); i++ {
		fmt.Println("--", i)
		c := cases[i/2]
		if i%2 == 0 {
			h.Run(c.name+"p", c.passed)
		} else {
			h.Run(c.name+"d", c.dropped)
		}
	}
}

var cases = []struct {
	name            string
	passed, dropped func()
}{
`+calls.String()+"}\n")
}

// text is a program's source.
func (p *program) text() string {
	passed, tree, _ := write(p.name, p.list, false)
	dropped, _, drops := write(p.name, p.list, true)
	p.tree, p.drops = tree, drops
	return "// " + p.name + "\n\n" + passed + "\n" + dropped + "\n"
}

// release is the OpenTelemetry that scripts are given too.
func release() string {
	switch {
	case os.Getenv("DRIFT_OTEL") == "oldest":
		return "v1.24.0"
	case strings.HasPrefix(runtime.Version(), "go1.25"):
		return "v1.46.0"
	}
	return "v1.47.0"
}

func build(t *testing.T, dir, out string, race bool, flags ...string) string {
	t.Helper()
	args := []string{"build", "-mod=mod", "-ldflags=-s -w", "-o", out}
	if race {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(append(args, flags...), ".")...)
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go build of the %s program: %v\n%s", out, err, text)
	}
	return string(text)
}

var position = regexp.MustCompile(`(p\d+)/cases\.go:(\d+):\d+: (.*)`)

// blame finds the programs whose woven text does not compile.
func blame(list []*program, dir, out string) bool {
	found := false
	for _, m := range position.FindAllStringSubmatch(out, -1) {
		text, err := os.ReadFile(filepath.Join(dir, m[1], "cases.go"))
		if err != nil {
			return false
		}
		line, _ := strconv.Atoi(m[2])
		lines := strings.Split(string(text), "\n")
		for i := min(line, len(lines)) - 1; i >= 0; i-- {
			name, ok := strings.CutPrefix(lines[i], "// ")
			if !ok {
				continue
			}
			for _, p := range list {
				if p.name == name && p.broken == "" {
					p.broken, found = m[3], true
				}
			}
			break
		}
	}
	return found
}

// execute runs a built program. A case that ends the process is not the last one.
func execute(t *testing.T, dir, build string, list []*program) {
	t.Helper()
	set := func(i int, text string) {
		p := list[i/2]
		if p.broken != "" {
			return
		}
		switch {
		case build == "plain" && i%2 == 0:
			p.plain = text
		case build == "plain":
			p.plainLost = text
		case i%2 == 0:
			p.woven = text
		default:
			p.wovenLost = text
		}
	}
	for first := 0; first < 2*len(list); {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		cmd := exec.CommandContext(ctx, filepath.Join(dir, build), strconv.Itoa(first))
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		cancel()
		last := first
		for _, part := range strings.Split(stdout.String(), "-- ")[1:] {
			number, text, _ := strings.Cut(part, "\n")
			last, _ = strconv.Atoi(number)
			_, text, _ = strings.Cut(text, "\n") // == name
			set(last, text)
		}
		if err == nil {
			return
		}
		if exit := new(exec.ExitError); !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if len(stderr.Bytes()) > 2000 {
			stderr.Truncate(2000)
		}
		if strings.Contains(stderr.String(), "DATA RACE") && last == 2*len(list)-1 {
			t.Errorf("the %s program: %s", build, stderr.String())
			return
		}
		set(last, fmt.Sprintf("%v: %s\n", err, stderr.String()))
		first = last + 1
	}
}

// reduce takes from a program what it breaks its property without.
func reduce(t *testing.T, p *program, race bool) *program {
	t.Helper()
	want := p.breaks()
	for range 30 {
		var list []*program
		for _, l := range smaller(p.list) {
			if size(l) < size(p.list) {
				list = append(list, &program{list: l})
			}
		}
		slices.SortStableFunc(list, func(a, b *program) int { return size(a.list) - size(b.list) })
		if len(list) > 150 {
			list = list[:150]
		}
		if len(list) == 0 {
			break
		}
		for i, q := range list {
			q.name = fmt.Sprint("C", i)
		}
		try(t, list, race)
		i := slices.IndexFunc(list, func(q *program) bool { return q.breaks() == want })
		if i < 0 {
			break
		}
		p = list[i]
	}
	return p
}

// ways says what a program is made of.
func ways(list []*node) string {
	var b strings.Builder
	for _, n := range list {
		fmt.Fprintf(&b, "%s:%d(%s)(%s) ", kindName(n.kind), n.form, ways(n.body), ways(n.more))
	}
	return b.String()
}

func kindName(k kind) string {
	for name, of := range names {
		if of == k {
			return name
		}
	}
	return ""
}

// report prints a program, and how it is wrong.
func report(t *testing.T, p *program) {
	t.Helper()
	text, err := format.Source([]byte("package x\n\n" + p.text()))
	if err != nil {
		t.Error(err)
	}
	b := p.breaks()
	t.Logf("made of %s", ways(p.list))
	switch b {
	case compiles:
		t.Errorf("the woven text does not compile: %s\n%s", p.broken, text)
	case intended:
		t.Errorf("a plain build exports\n%sin the source stands\n%v\n%s", p.plain, p.tree, text)
	case harmless:
		t.Errorf("not harmless: with ctx passed, woven\n%sand plain\n%s%s", p.woven, p.plain, text)
	case repaired:
		t.Errorf("not repaired: with ctx dropped, woven\n%swith ctx passed, plain\n%s%s", p.wovenLost, p.plain, text)
	}
	if *keep != "" {
		dir := filepath.Join(*keep, fmt.Sprintf("%s-%d", b, time.Now().UnixNano()%1e6))
		source(t, dir, []*program{p})
		note := fmt.Sprintf("not %s\n\nplain, ctx passed (want):\n%s\nwoven, ctx passed:\n%s\nwoven, ctx dropped:\n%s\n%s", b, p.plain, p.woven, p.wovenLost, p.broken)
		if err := os.WriteFile(filepath.Join(dir, "note.txt"), []byte(note), 0o666); err != nil {
			t.Error(err)
		}
		t.Log("kept in", dir)
	}
}
