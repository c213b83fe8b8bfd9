// Drift-toolexec makes OpenTelemetry context follow the work at build time:
//
//	go build -toolexec=drift-toolexec ./...
//
// Flags go in front, in the same word: -toolexec='drift-toolexec -scope=...'.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/toolexec"
)

const usage = `usage: go build -toolexec='drift-toolexec [flags]' ./...

Flags:
  -scope pattern,...  weave the packages that match, instead of your own code
                      (what lies outside GOROOT, the module cache and vendor/)
  -config file        read the configuration from a file (or set DRIFT_CONFIG)
  -next command       run another -toolexec command after this one
  -report file        add the sites of every package that is compiled to a file,
                      woven or left alone and why; what the go command has in
                      its cache is not compiled, unless it is told -a

%sOther commands:
  drift-toolexec report file  print a file that -report wrote
  drift-toolexec version
  drift-toolexec help
`

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "drift-toolexec: %v\n", err)
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	c, rest, err := parse(args)
	if errors.Is(err, flag.ErrHelp) || err == nil && len(rest) > 0 && rest[0] == "help" {
		fmt.Printf(usage, runTime())
		return 0, nil
	}
	if err != nil {
		return 2, err
	}
	if len(rest) == 0 {
		return 2, errors.New("no tool to run: the go command names it; see drift-toolexec help")
	}
	if err := refuse(strings.TrimSuffix(filepath.Base(rest[0]), ".exe")); err != nil {
		return 2, err
	}
	switch rest[0] {
	case "version":
		fmt.Printf("drift-toolexec %s %s\n", version(), runtime.Version())
		return 0, nil
	case "report":
		return report(rest[1:])
	}
	return c.Run(rest[0], rest[1:])
}

// runTime lists what the woven program reads of its environment.
func runTime() string {
	var b strings.Builder
	b.WriteString("In the running program's environment:\n")
	for _, v := range toolexec.RunTime {
		fmt.Fprintf(&b, "  %-17s   %s\n", v.Name, v.Doc)
	}
	return b.String() + "\n"
}

// refuse refuses what would run, and weave nothing.
func refuse(tool string) error {
	switch {
	case tool == "go":
		return errors.New("the go command runs this tool, not this tool the go command; write go build -toolexec=drift-toolexec")
	case tool == "tinygo":
		return errors.New("tinygo has a compiler of its own, and no -toolexec: nothing would be woven; build with the go command")
	case strings.Contains(tool, "gccgo"):
		return errors.New("gccgo is a compiler that this tool does not weave for; leave out -compiler=gccgo")
	}
	return nil
}

// parse reads the flags, and returns the words after them.
func parse(args []string) (*toolexec.Config, []string, error) {
	c := &toolexec.Config{}
	flags := flag.NewFlagSet("drift-toolexec", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // an error is one line, and main's to print
	scope := flags.String("scope", "", "")
	next := flags.String("next", "", "")
	flags.StringVar(&c.File, "config", os.Getenv("DRIFT_CONFIG"), "")
	flags.StringVar(&c.Report, "report", "", "")
	if err := flags.Parse(args); err != nil {
		return nil, nil, fmt.Errorf("%w; see drift-toolexec help", err)
	}
	if *scope != "" {
		c.Scope = strings.Split(*scope, ",")
	}
	var err error
	c.Next, err = toolexec.SplitCommand(*next)
	return c, flags.Args(), err
}

func report(args []string) (int, error) {
	if len(args) != 1 {
		return 2, errors.New("report takes one file: one that -report wrote")
	}
	dir, err := os.Getwd()
	if err != nil {
		return 1, err
	}
	if err := toolexec.PrintReport(os.Stdout, args[0], dir); err != nil {
		return 1, err
	}
	return 0, nil
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
