package testscripts

import "github.com/rogpeppe/go-internal/testscript"

// bazel, where [bazel] says that it is installed, runs a Bazel command in the script's folder, with an output base below
// $WORK, and no server is left.
func bazel(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] bazel base command args...")
	}
	root := ts.Getenv("WORK") + "/bazel"
	run := append([]string{
		"--batch", "--output_user_root=" + root, "--output_base=" + root + "/" + args[0],
		args[1], "--nosandbox_debug", "--color=no", "--curses=no", "--show_progress=false",
	}, args[2:]...)
	err := ts.Exec("bazel", run...)
	if err == nil && neg {
		ts.Fatalf("bazel did not fail")
	}
	if err != nil && !neg {
		ts.Fatalf("bazel: %v", err)
	}
}
