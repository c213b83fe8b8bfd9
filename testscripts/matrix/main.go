// Command matrix runs the scripts under each supported Go release with the
// oldest and the latest OpenTelemetry (make test-matrix): a cell each, one after
// the other, and a table at the end.
//
//	go run ./testscripts/matrix [-cells text] [-run regexp]
//
// A cell is named as in the table, go1.26/oldest; -cells takes those that hold
// one of its words. -run is go test's. With DRIFT_LONG=1 the long scripts run
// too.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sort"
	"strings"
	"text/tabwriter"
	"time"
)

// releases are the toolchains that are run, one of each supported minor release.
var releases = []string{"go1.25.14", "go1.26.8", "go1.27.4"}

// otels are what DRIFT_OTEL may say: which OpenTelemetry the scripts' command
// otel requires where a script names none.
var otels = []string{"oldest", "latest"}

type cell struct {
	name      string // go1.26/oldest
	toolchain string
	otel      string
}

type result struct {
	cell
	pass, fail, skip int
	took             time.Duration
	err              error // the run itself, where no script says why
	skipped          []string
}

func main() {
	only := flag.String("cells", "", "comma-separated parts of the names of the cells to run")
	run := flag.String("run", "TestScripts", "go test's -run")
	flag.Parse()
	out, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix: go env GOVERSION:", err)
		os.Exit(1)
	}
	var results []result
	for _, c := range cells(strings.TrimSpace(string(out))) {
		if !chosen(c.name, *only) {
			continue
		}
		fmt.Printf("== %s (%s)\n", c.name, c.toolchain)
		r := runCell(c, *run)
		fmt.Printf("== %s: %d pass, %d fail, %d skip, %.1f minutes\n", r.name, r.pass, r.fail, r.skip, r.took.Minutes())
		results = append(results, r)
	}
	if len(results) == 0 {
		fmt.Fprintf(os.Stderr, "matrix: no cell is named by -cells=%s\n", *only)
		os.Exit(2)
	}
	if !table(os.Stdout, results) {
		os.Exit(1)
	}
}

// cells are all there are. The go command in use serves its own minor release:
// nothing is fetched for that.
func cells(using string) []cell {
	var all []cell
	for _, release := range releases {
		m := minor(release)
		if minor(using) == m {
			release = using
		}
		for _, o := range otels {
			all = append(all, cell{m + "/" + o, release, o})
		}
	}
	return all
}

// minor returns go1.26 of go1.26.8 and of go1.26rc1.
func minor(release string) string {
	rest := strings.TrimPrefix(release, "go1.")
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	return "go1." + rest[:digits]
}

func chosen(name, only string) bool {
	for _, part := range strings.Split(only, ",") {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

func runCell(c cell, run string) result {
	cmd := exec.Command("go", "test", "-json", "-count=1", "-timeout=180m", "-run="+run, "./testscripts")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+c.toolchain, "DRIFT_OTEL="+c.otel)
	cmd.Stderr = os.Stderr
	start := time.Now()
	r := result{cell: c}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		readErr := r.read(out)
		err = errors.Join(cmd.Wait(), readErr)
	}
	switch {
	case err != nil && r.fail == 0:
		r.err = err
	case r.pass+r.fail+r.skip == 0:
		r.err = fmt.Errorf("no script matches -run=%s", run)
	}
	r.took = time.Since(start)
	return r
}

// event is one of go test -json (go doc test2json).
type event struct {
	Action string
	Test   string
	Output string
}

// read counts scripts, and prints the output of what fails.
func (r *result) read(in io.Reader) error {
	output := map[string]string{}
	d := json.NewDecoder(in)
	for {
		var e event
		if err := d.Decode(&e); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		_, script, isScript := strings.Cut(e.Test, "/")
		switch e.Action {
		case "output", "build-output":
			output[e.Test] += e.Output
			continue
		case "pass":
			if isScript {
				r.pass++
			}
		case "skip":
			if isScript {
				r.skip++
				r.skipped = append(r.skipped, script+": "+reason(output[e.Test]))
			}
		case "fail", "build-fail":
			if isScript {
				r.fail++
			}
			fmt.Print(output[e.Test])
		default:
			continue
		}
		delete(output, e.Test)
	}
}

// reason finds what a script said as it was skipped: its last line but for the
// go command's own.
func reason(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		line := strings.TrimSpace(lines[i])
		if line != "" && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "===") {
			if _, why, ok := strings.Cut(line, "skip '"); ok {
				return strings.TrimSuffix(why, "'")
			}
			return strings.TrimPrefix(line, "> ")
		}
	}
	return "no reason given"
}

// table prints what came of each cell, and reports whether all passed.
func table(w io.Writer, results []result) bool {
	ok := true
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "cell\tGo\tpass\tfail\tskip\tminutes")
	for _, r := range results {
		note := ""
		if r.err != nil {
			note = "\t" + r.err.Error()
		}
		ok = ok && r.err == nil && r.fail == 0
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%.1f%s\n", r.name, r.toolchain, r.pass, r.fail, r.skip, r.took.Minutes(), note)
	}
	t.Flush()
	for _, line := range skips(results) {
		fmt.Fprintln(w, line)
	}
	return ok
}

// skips lists what was skipped and why, once for all the cells it is true of.
func skips(results []result) []string {
	cells := map[string][]string{}
	for _, r := range results {
		for _, s := range r.skipped {
			cells[s] = append(cells[s], r.name)
		}
	}
	var lines []string
	for s, in := range cells {
		where := strings.Join(in, ", ")
		if len(in) == len(results) {
			where = "every cell"
		}
		lines = append(lines, "skipped in "+where+": "+s)
	}
	sort.Strings(lines)
	return lines
}
