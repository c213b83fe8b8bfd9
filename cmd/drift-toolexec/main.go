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
	"strings"

	"github.com/drift-go/drift-toolexec/internal/cli"
	"github.com/drift-go/drift-toolexec/internal/toolexec"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "drift-toolexec: %v\n", err)
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	c, rest, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return cli.Run(c, []string{"help"})
	}
	if err != nil {
		return 2, err
	}
	if len(rest) == 0 {
		return 2, errors.New("no tool to run: the go command names it; see drift-toolexec help")
	}
	if cli.Is(rest) {
		return cli.Run(c, rest)
	}
	if err := refuse(strings.TrimSuffix(filepath.Base(rest[0]), ".exe")); err != nil {
		return 2, err
	}
	return c.Run(rest[0], rest[1:])
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
