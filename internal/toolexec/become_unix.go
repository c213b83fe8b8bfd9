//go:build unix

package toolexec

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// become replaces this process by a command.
func become(command, args []string) (int, error) {
	path, err := exec.LookPath(command[0])
	if err != nil {
		return 1, err
	}
	argv := append(command[:len(command):len(command)], args...)
	err = syscall.Exec(path, argv, os.Environ())
	return 1, fmt.Errorf("%s: %w", path, err)
}
