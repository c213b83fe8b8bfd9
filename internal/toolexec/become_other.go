//go:build !unix

package toolexec

// become runs a command in this process's place, as near as may be: its
// streams and exit status pass through.
func become(command, args []string) (int, error) {
	return run(command, args)
}
