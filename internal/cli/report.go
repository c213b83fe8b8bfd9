package cli

import (
	"context"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/drift-go/drift-toolexec/internal/toolexec"
)

func report(*toolexec.Config) *cli.Command {
	return &cli.Command{
		Usage:     "print a file that -report wrote",
		ArgsUsage: "file",
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Args().Len() != 1 {
				return usagef("report takes one file: one that -report wrote")
			}
			dir, err := os.Getwd()
			if err != nil {
				return err
			}
			return toolexec.PrintReport(cmd.Root().Writer, cmd.Args().First(), dir)
		},
	}
}
