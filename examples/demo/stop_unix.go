//go:build !windows

package main

import (
	"os/exec"
	"syscall"
)

func makeStoppable(*exec.Cmd) {}

func stop(cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGTERM) }
