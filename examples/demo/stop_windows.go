package main

import (
	"os/exec"
	"syscall"
)

var generateConsoleCtrlEvent = syscall.NewLazyDLL("kernel32.dll").NewProc("GenerateConsoleCtrlEvent")

// makeStoppable gives the service a process group of its own, or stop would
// reach the demo as well.
func makeStoppable(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// stop sends CTRL_BREAK, which arrives as os.Interrupt. (os.Process).Signal
// can't send os.Interrupt here (os/exec_windows.go).
func stop(cmd *exec.Cmd) error {
	if ok, _, err := generateConsoleCtrlEvent.Call(syscall.CTRL_BREAK_EVENT, uintptr(cmd.Process.Pid)); ok == 0 {
		return err
	}
	return nil
}
