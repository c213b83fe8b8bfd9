package toolexec

// RunTime are the environment variables that a woven program reads, in the order in
// which pages and the help text list them.
var RunTime = []struct{ Name, Default, Doc string }{
	{"DRIFT_MODE", "on", "off: the woven program behaves as a plain one"},
	{"DRIFT_ENV", "on", "off: nothing is given to child processes, nor taken on from the one that started this one"},
	{"DRIFT_LINGER", "30s", "how long after a trace's local root has ended a goroutine still counts as part of it: a duration, 0 or forever"},
	{"DRIFT_HOLD", "5m", "how long after its go statement a goroutine that inherited still counts as part of the trace: a duration, 0 or forever"},
	{"DRIFT_SPAN_STACKS", "0", "put the stack of who starts it on every span, so many frames of it"},
	{"DRIFT_ALERTS", "off", "on: report I/O in a request that no instrumentation sees"},
	{"DRIFT_DEBUG", "off", "handoff: log on stderr what is handed on"},
}
