// Package toolexec carries out one tool call of the go command.
//
// In: the words after -toolexec: our flags, the real tool's path, its
// arguments. It acts on compile alone, and on its -V=full; every other tool,
// and every compile with nothing to weave, runs untouched, at once. It never
// writes outside the work folder of the call.
package toolexec

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// Run runs one tool call and returns only if it could not run in this
// process's place: with the tool's exit status, or with an error of ours.
func (c *Config) Run(tool string, args []string) (int, error) {
	command := append(append([]string(nil), c.Next...), tool)
	if toolName(tool) != "compile" {
		return become(command, args)
	}
	if err := c.load(); err != nil {
		return 2, err
	}
	if len(args) == 1 && args[0] == "-V=full" {
		return c.version(command, args)
	}
	woven, err := c.compile(args)
	if err != nil {
		return 1, err
	}
	if woven == nil {
		return become(command, args)
	}
	return woven.run(command, args)
}

// run runs a command with this process's standard streams, or those given.
func run(command, args []string, streams ...io.Writer) (int, error) {
	cmd := exec.Command(command[0], append(command[1:len(command):len(command)], args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if len(streams) == 2 {
		cmd.Stdout, cmd.Stderr = streams[0], streams[1]
	}
	return exitStatus(cmd.Run())
}

func exitStatus(err error) (int, error) {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if code := exit.ExitCode(); code >= 0 {
			return code, nil
		}
		return 1, fmt.Errorf("the tool was stopped: %s", exit)
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
