// Drift-toolexec makes OpenTelemetry context follow the work at build time:
//
//	go build -toolexec=drift-toolexec ./...
//
// Flags go in front, in the same word: -toolexec='drift-toolexec -scope=...'.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/toolexec"
)

const usage = `usage: go build -toolexec='drift-toolexec [flags]' ./...

Flags:
  -scope pattern,...  weave the packages that match, instead of your own code
                      (what lies outside GOROOT, the module cache and vendor/)
  -config file        read the configuration from a file (or set DRIFT_CONFIG)
  -next command       run another -toolexec command behind this one
  -report file        add every woven site to a file, a JSON line per package

At run time:
  DRIFT_MODE=off      the woven program behaves as a plain one
  DRIFT_LINGER=30s    how long after a trace's local root ended a goroutine
                      it started still counts as its child; 0, or forever

Other commands:
  drift-toolexec version
`

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "drift-toolexec: %v\n", err)
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	var c toolexec.Config
	flags := flag.NewFlagSet("drift-toolexec", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	scope := flags.String("scope", "", "")
	config := flags.String("config", "", "")
	next := flags.String("next", "", "")
	flags.StringVar(&c.Report, "report", "", "")
	if err := flags.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0, nil
		}
		return 2, nil // the flag set has said why
	}
	if *scope != "" {
		c.Scope = strings.Split(*scope, ",")
	}
	c.Next = toolexec.SplitCommand(*next)
	if *config == "" {
		*config = os.Getenv("DRIFT_CONFIG")
	}
	if err := c.Load(*config); err != nil {
		return 2, err
	}
	rest := flags.Args()
	if len(rest) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return 2, nil
	}
	switch rest[0] {
	case "version":
		fmt.Printf("drift-toolexec %s\n", version())
		return 0, nil
	case "help":
		fmt.Print(usage)
		return 0, nil
	}
	return c.Run(rest[0], rest[1:])
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
