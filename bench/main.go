// Command bench prints what weaving costs, as ratios against plain Go taken in
// one run: the same binaries and builds in turn, plain, woven, plain, woven. A copy of
// the plain binary runs between them: its ratio is noise. These machines are shared: of each case's runs the least time counts, which
// noise can only raise. Allocations and sizes are exact.
//
//	go run . [-runs n] [-run time|build] [-bench regexp]
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

func main() {
	runs := flag.Int("runs", 15, "how often each benchmark runs")
	what := flag.String("run", "", "time, build, or both if empty")
	which := flag.String("bench", ".", "which of the cases")
	flag.Parse()
	if err := run(*runs, *what, *which); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(runs int, what, which string) error {
	dir, err := os.MkdirTemp("", "drift-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir, tool: filepath.Join(dir, "drift-toolexec")}
	if b.root, err = filepath.Abs(".."); err != nil {
		return err
	}
	if _, err := b.command(b.root, "go", "build", "-o", b.tool, "./cmd/drift-toolexec"); err != nil {
		return err
	}
	if what != "build" {
		if err := b.cases(runs, which); err != nil {
			return err
		}
	}
	if what != "time" {
		return b.builds()
	}
	return nil
}

type bench struct {
	dir, tool, root string
	env             []string
}

func (b *bench) command(dir, name string, args ...string) (*exec.Cmd, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), b.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return cmd, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out.String())
	}
	return cmd, nil
}

// result is a benchmark's least time, and its allocations.
type result struct {
	ns     float64
	bytes  int64
	allocs int64
}

var line = regexp.MustCompile(`^Benchmark(\w+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op\s+(\d+) B/op\s+(\d+) allocs/op`)

// bars are what DESIGN §5 asks for, as factors of plain, or in ns where the
// plain build has nothing to compare with.
var bars = map[string]string{
	"SpawnUnderSpan":          "1.03x +0B +0",
	"SpawnNoSpan":             "1.03x +0B +0",
	"SpawnOutOfScope":         "1.01x",
	"ChannelOutOfScope":       "1.01x",
	"SpanFromContextExplicit": "1.00x",
	"SpanFromContextFallback": "10 ns, 0 allocs",
	"StartEndRoot":            "1.10x +1",
	"StartEndChild":           "1.10x +1",
	"StartEndDeferred":        "1.10x +1",
	"StartEndDropped":         "",

	"ChannelPairs":             "1.20x +0",
	"ChannelPairsUnderSpan":    "1.20x +0",
	"ChannelProduce":           "1.15x +0",
	"ChannelProduceUnderSpan":  "1.15x +0",
	"ChannelSync":              "1.15x +0",
	"ChannelSyncUnderSpan":     "1.15x +0",
	"ChannelPingPong":          "1.15x +0",
	"ChannelPingPongUnderSpan": "1.15x +0",
	"ChannelPool":              "1.15x +0",
	"ChannelPoolUnderSpan":     "1.15x +0",
	"ChannelMake":              "+16B",
	"ChannelMakeUnbuffered":    "+0B +0",

	"BoundCall":        "+40 ns, +1",
	"BoundCallNoSpan":  "",
	"PoolNoSpan":       "+0",
	"PoolUnderSpan":    "+1",
	"AfterFuncNoSpan":  "+0",
	"BarePool":         "1.01x +0",
	"BareErrgroup":     "1.01x +0",
	"BareWaitGroupGo":  "1.01x +0",
	"BareSingleflight": "1.01x +0",
	"BareAfterFunc":    "1.01x +0",
	"BareIterPull":     "1.01x +0",

	"RTBind":        "+40 ns, +1",
	"RTBoundCall":   "+40 ns, +0",
	"RTBindDeep":    "",
	"RTBindBaggage": "",
	"RTDo":          "+40 ns, +0",
	"RTDoNoSpan":    "",
	"RTDoRemote":    "",
	"RTGroup":       "",
	"RTPool":        "",

	"HTTPRequestUnderSpan": "1.03x +2",
	"HTTPRequestNoSpan":    "1.03x +0",
	"HTTPClientUnderSpan":  "1.03x +2",
	"HTTPServeRemote":      "1.03x +2",

	"StackTrace10":  "",
	"StackTrace20":  "",
	"StackTraceAll": "",
}

// byHand has the plain case that does by hand what weaving does in another.
var byHand = map[string]string{
	"HTTPRequestUnderSpan": "HTTPRequestByHand",
	"HTTPClientUnderSpan":  "HTTPClientByHand",
	"HTTPServeRemote":      "HTTPServeByHand",
}

// packages hold the cases: those of a program with OpenTelemetry, and those of
// one without.
var packages = []string{"cases", "bare"}

func (b *bench) cases(runs int, which string) error {
	kinds := []string{"plain", "woven", "copy"}
	bin := func(pkg, kind string) string { return filepath.Join(b.dir, pkg+"-"+kind+".test") }
	for _, pkg := range packages {
		scope := "-toolexec=" + b.tool + " -scope=github.com/drift-go/drift-toolexec/bench/" + pkg
		if _, err := b.command("", "go", "test", "-c", "-o", bin(pkg, "plain"), "./"+pkg); err != nil {
			return err
		}
		if _, err := b.command("", "go", "test", "-c", scope, "-o", bin(pkg, "woven"), "./"+pkg); err != nil {
			return err
		}
		text, err := os.ReadFile(bin(pkg, "plain"))
		if err != nil {
			return err
		}
		if err := os.WriteFile(bin(pkg, "copy"), text, 0o777); err != nil {
			return err
		}
	}
	least := []map[string]result{{}, {}, {}}
	var order []string
	for range runs {
		for _, pkg := range packages {
			for i, kind := range kinds {
				results, names, err := runCases(bin(pkg, kind), which)
				if err != nil {
					return err
				}
				for _, name := range names {
					old, ok := least[i][name]
					if !ok && i == 0 {
						order = append(order, name)
					}
					if r := results[name]; !ok || r.ns < old.ns {
						least[i][name] = r
					}
				}
			}
		}
	}
	fmt.Printf("%-26s %9s %9s %7s %7s %8s %7s   %s\n", "case", "plain ns", "woven ns", "ratio", "noise", "bytes", "allocs", "bar")
	show := func(title string, p, w, c result, bar string) {
		fmt.Printf("%-26s %9.1f %9.1f %6.2fx %6.2fx %+8d %+7d   %s\n", title, p.ns, w.ns, w.ns/p.ns, c.ns/p.ns, w.bytes-p.bytes, w.allocs-p.allocs, bar)
	}
	for _, name := range order {
		show(name, least[0][name], least[1][name], least[2][name], bars[name])
		if p, ok := least[0][byHand[name]]; ok {
			show("  against by hand", p, least[1][name], least[2][byHand[name]], "")
		}
	}
	return nil
}

// runCases runs a test binary's benchmarks once.
func runCases(bin, which string) (results map[string]result, names []string, err error) {
	out, err := exec.Command(bin, "-test.run=^$", "-test.bench="+which, "-test.benchtime=50ms").Output()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", bin, err)
	}
	results = map[string]result{}
	for _, l := range strings.Split(string(out), "\n") {
		m := line.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		var r result
		r.ns, _ = strconv.ParseFloat(m[2], 64)
		r.bytes, _ = strconv.ParseInt(m[3], 10, 64)
		r.allocs, _ = strconv.ParseInt(m[4], 10, 64)
		results[m[1]] = r
		names = append(names, m[1])
	}
	return results, names, nil
}

// cpu runs a command and returns the CPU seconds that it and its children took.
func (b *bench) cpu(dir string, name string, args ...string) (float64, error) {
	cmd, err := b.command(dir, name, args...)
	if err != nil {
		return 0, err
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), nil
}

// builds measures the go command's builds of examples/shop.
func (b *bench) builds() error {
	src := filepath.Join(b.dir, "shop")
	if err := os.CopyFS(src, os.DirFS(filepath.Join(b.root, "examples", "shop"))); err != nil {
		return err
	}
	kinds := []string{"plain", "woven", "copy"}
	bin := func(kind string) string { return filepath.Join(b.dir, "shop-"+kind) }
	build := func(kind string) (float64, error) {
		b.env = []string{"GOCACHE=" + filepath.Join(b.dir, "cache-"+kind)}
		args := []string{"build", "-o", bin(kind)}
		if kind == "woven" {
			args = append(args, "-toolexec="+b.tool)
		}
		return b.cpu(src, "go", append(args, ".")...)
	}
	// measure takes the least of n runs of each kind in turn.
	measure := func(n int, before func(run int, kind string) error) ([2]float64, error) {
		var least [2]float64
		for run := range n {
			for i, kind := range kinds {
				if before != nil {
					if err := before(run, kind); err != nil {
						return least, err
					}
				}
				t, err := build(kind)
				if err != nil {
					return least, err
				}
				if run == 0 || t < least[i] {
					least[i] = t
				}
			}
		}
		return least, nil
	}
	fmt.Printf("\n%-26s %9s %9s %7s   %s\n", "build of examples/shop", "plain", "woven", "ratio", "bar")
	show := func(name, unit string, v [2]float64, bar string) {
		fmt.Printf("%-26s %8.2f%s %8.2f%s %6.2fx   %s\n", name, v[0], unit, v[1], unit, v[1]/v[0], bar)
	}
	cold, err := measure(2, func(_ int, kind string) error {
		return os.RemoveAll(filepath.Join(b.dir, "cache-"+kind))
	})
	if err != nil {
		return err
	}
	show("cold, CPU", "s", cold, "1.05x")
	noop, err := measure(10, nil)
	if err != nil {
		return err
	}
	show("no-op, CPU", "s", noop, "1.10x")
	file := filepath.Join(src, "internal", "orders", "orders.go")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	edit, err := measure(8, func(run int, kind string) error {
		return os.WriteFile(file, append(text, fmt.Sprintf("\nvar edited%d = %d\n", run, run)...), 0o666)
	})
	if err != nil {
		return err
	}
	show("edit one file, CPU", "s", edit, "1.15x")
	var size [2]float64
	for i, kind := range kinds {
		fi, err := os.Stat(bin(kind))
		if err != nil {
			return err
		}
		size[i] = float64(fi.Size()) / 1e6
	}
	show("binary", "M", size, "1.01x")
	fi, err := os.Stat(b.tool)
	if err != nil {
		return err
	}
	fmt.Printf("%-26s %19.2fM %8s  10 MB\n", "the tool itself", float64(fi.Size())/1e6, "")
	return b.versions()
}

// versions measures -V=full, which the go command asks once per build.
func (b *bench) versions() error {
	out, err := exec.Command("go", "tool", "-n", "compile").Output()
	if err != nil {
		return err
	}
	compile := strings.TrimSpace(string(out))
	var total [2]float64
	for range 50 {
		for i, args := range [][]string{{compile, "-V=full"}, {b.tool, compile, "-V=full"}} {
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Stdout = io.Discard
			if err := cmd.Run(); err != nil {
				return err
			}
			total[i] += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1000 / 50
		}
	}
	fmt.Printf("%-26s %7.2fms %7.2fms %6.2fx   2.00x\n", "-V=full, CPU", total[0], total[1], total[1]/total[0])
	return nil
}
