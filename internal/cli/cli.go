// Package cli has what people run: drift-toolexec report, inspect, doctor. The go
// command's own calls don't come here.
//
// A verb is one file with a function that returns its command, listed in verbs. What a
// verb does is in a package of its own, if it is more than a screen.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/urfave/cli/v3"

	"github.com/drift-go/drift-toolexec/internal/toolexec"
)

// verbs are the verbs in the order in which help lists them.
var verbs = []struct {
	name    string
	command func(c *toolexec.Config) *cli.Command
}{
	{"report", reportVerb},
	{"diff", diffVerb},
	{"version", printVersion},
}

// Is reports whether the words after our flags are a verb's, and not a tool's call.
func Is(args []string) bool {
	if len(args) == 0 {
		return false
	}
	for _, v := range verbs {
		if v.name == args[0] {
			return true
		}
	}
	return slices.Contains([]string{"help", "completion"}, args[0])
}

// exit is an exit status without a message.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// usage is an error of the command line.
type usage struct{ error }

func usagef(format string, args ...any) error { return usage{fmt.Errorf(format, args...)} }

// Run runs a verb. Errors are one line, and the caller's to print: an exit status of 2
// is for what is wrong with the command line, 1 for the rest.
func Run(c *toolexec.Config, args []string) (int, error) {
	err := root(c).Run(context.Background(), append([]string{"drift-toolexec"}, args...))
	var status exit
	var wrong usage
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &status):
		return int(status), nil
	case errors.As(err, &wrong):
		return 2, fmt.Errorf("%w; see drift-toolexec help", wrong.error)
	}
	return 1, err
}

func root(c *toolexec.Config) *cli.Command {
	r := &cli.Command{
		Name:                            "drift-toolexec",
		Usage:                           "make OpenTelemetry context follow the work, at build time",
		UsageText:                       "go build -toolexec='drift-toolexec [flags]' ./...\ndrift-toolexec [flags] verb ...",
		Description:                     flags + "\n" + runTime(),
		EnableShellCompletion:           true,
		ConfigureShellCompletionCommand: func(cmd *cli.Command) { cmd.Hidden = false },
		HideVersion:                     true,
		// The library prints errors and ends the process: both are the caller's.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
		OnUsageError:   func(_ context.Context, _ *cli.Command, err error, _ bool) error { return usage{err} },
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Args().Present() {
				return usagef("no verb %q", cmd.Args().First())
			}
			return cli.ShowAppHelp(cmd)
		},
		Writer:    os.Stdout,
		ErrWriter: io.Discard,
	}
	for _, v := range verbs {
		cmd := v.command(c)
		cmd.Name = v.name
		cmd.OnUsageError = r.OnUsageError
		r.Commands = append(r.Commands, cmd)
	}
	return r
}

const flags = `Flags, before a verb too:

-scope pattern,...  weave the packages that match, instead of your own code
                    (what lies outside GOROOT, the module cache and vendor/)
-config file        read the configuration from a file (or set DRIFT_CONFIG)
-next command       run another -toolexec command after this one
-report file        add the sites of every package that is compiled to a file,
                    woven or left alone and why; what the go command has in
                    its cache is not compiled, unless it is told -a
`

// runTime lists what the woven program reads of its environment.
func runTime() string {
	text := "In the running program's environment:\n\n"
	for _, v := range toolexec.RunTime {
		text += fmt.Sprintf("%-18s  %s\n", v.Name, v.Doc)
	}
	return text
}

func printVersion(*toolexec.Config) *cli.Command {
	return &cli.Command{
		Usage: "print this tool's version and the Go release that it was built with",
		Action: func(_ context.Context, cmd *cli.Command) error {
			fmt.Fprintf(cmd.Root().Writer, "drift-toolexec %s %s\n", version(), runtime.Version())
			return nil
		},
	}
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
