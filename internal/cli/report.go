package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/drift-go/drift-toolexec/internal/report"
	"github.com/drift-go/drift-toolexec/internal/toolexec"
)

func reportVerb(c *toolexec.Config) *cli.Command {
	return &cli.Command{
		Usage:     "list what a build would weave, and what it would leave alone and why",
		ArgsUsage: "[packages]",
		Flags: append(packageFlags(c),
			&cli.BoolFlag{Name: "json", Usage: "as JSON (docs/report.md)", Local: true},
			&cli.BoolFlag{Name: "html", Usage: "as a page that stands alone", Local: true},
			&cli.StringFlag{Name: "o", Usage: "write to `file`, instead of to standard output", Local: true},
		),
		Action: func(_ context.Context, cmd *cli.Command) error {
			if name, ok := written(cmd.Args().Slice()); ok {
				dir, err := os.Getwd()
				if err != nil {
					return err
				}
				return toolexec.PrintReport(cmd.Root().Writer, name, dir)
			}
			if cmd.Bool("json") && cmd.Bool("html") {
				return usagef("-json and -html: take one")
			}
			o, err := packages(c, cmd)
			if err != nil {
				return err
			}
			o.Changes = cmd.Bool("html")
			r, err := report.Make(c, o, warn)
			if err != nil {
				return err
			}
			return output(cmd, func(w io.Writer) error {
				switch {
				case cmd.Bool("json"):
					return r.WriteJSON(w)
				case cmd.Bool("html"):
					return r.WriteHTML(w, o.Dir)
				}
				return r.WriteText(w, o.Dir)
			})
		},
	}
}

// written returns the one argument that names a file that -report wrote, and no package:
// a file that is no Go source, or what can only be a file's name.
func written(args []string) (string, bool) {
	if len(args) != 1 || strings.HasSuffix(args[0], ".go") {
		return "", false
	}
	info, err := os.Stat(args[0])
	return args[0], err == nil && !info.IsDir() || err != nil && strings.HasSuffix(args[0], ".json")
}

func warn(err error) { fmt.Fprintf(os.Stderr, "drift-toolexec: %v\n", err) }

// output writes to the file that -o names, once all is there to be written, or to
// standard output.
func output(cmd *cli.Command, write func(io.Writer) error) error {
	name := cmd.String("o")
	if name == "" {
		return write(cmd.Root().Writer)
	}
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	return os.WriteFile(name, text.Bytes(), 0o666)
}

func diffVerb(c *toolexec.Config) *cli.Command {
	return &cli.Command{
		Usage:     "print what a build would weave, as a diff of the source",
		ArgsUsage: "[packages]",
		Flags: append(packageFlags(c),
			&cli.BoolFlag{Name: "exact", Usage: "with the /*line*/ directives that keep positions", Local: true},
			&cli.BoolFlag{Name: "all", Usage: "of the packages' imports too: libraries, Go's own", Local: true},
			&cli.StringFlag{Name: "o", Usage: "write to `file`, instead of to standard output", Local: true},
		),
		Action: func(_ context.Context, cmd *cli.Command) error {
			o, err := packages(c, cmd)
			if err != nil {
				return err
			}
			o.Changes, o.Exact, o.All = true, cmd.Bool("exact"), cmd.Bool("all")
			r, err := report.Make(c, o, warn)
			if err != nil {
				return err
			}
			return output(cmd, func(w io.Writer) error { return r.WriteDiff(w, o.Dir) })
		},
	}
}
