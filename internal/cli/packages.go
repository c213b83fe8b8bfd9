package cli

import (
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/drift-go/drift-toolexec/internal/report"
	"github.com/drift-go/drift-toolexec/internal/toolexec"
)

// packageFlags are the flags of the verbs that look at packages: those of the go command
// that choose what is looked at, and ours, which may stand before the verb too.
func packageFlags(c *toolexec.Config) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "C", Usage: "change to `dir` first", Local: true},
		&cli.BoolFlag{Name: "test", Usage: "with the packages' tests", Local: true},
		&cli.StringFlag{Name: "tags", Usage: "build tags, as go build's: `tag,...`", Local: true},
		&cli.StringFlag{Name: "mod", Usage: "`mode` of module downloads, as go build's", Local: true},
		&cli.StringFlag{Name: "modfile", Usage: "another go.mod, as go build's: `file`", Local: true},
		&cli.BoolFlag{Name: "race", Usage: "as for a build with -race", Local: true},
		&cli.StringFlag{Name: "scope", Usage: "`pattern,...` of packages to weave, instead of your own code", Local: true},
		&cli.StringFlag{Name: "config", Usage: "the configuration `file`", Local: true},
	}
}

// packages reads those flags, and the patterns after them: ./... if there are none.
func packages(c *toolexec.Config, cmd *cli.Command) (report.Options, error) {
	o := report.Options{Dir: cmd.String("C"), Patterns: cmd.Args().Slice()}
	if len(o.Patterns) == 0 {
		o.Patterns = []string{"./..."}
	}
	for _, name := range []string{"tags", "mod", "modfile"} {
		if v := cmd.String(name); v != "" {
			o.Flags = append(o.Flags, "-"+name+"="+v)
		}
	}
	for _, name := range []string{"test", "race"} {
		if cmd.Bool(name) {
			o.Flags = append(o.Flags, "-"+name)
		}
	}
	if s := cmd.String("scope"); s != "" {
		c.Scope = strings.Split(s, ",")
	}
	if f := cmd.String("config"); f != "" {
		c.File = f
	}
	var err error
	if c.File != "" {
		if c.File, err = filepath.Abs(c.File); err != nil {
			return o, err
		}
	}
	o.Dir, err = filepath.Abs(o.Dir)
	return o, err
}
