package testscripts

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// ci writes the command lines under a heading of docs/ci.md to a shell script: run
// of GitHub Actions, before_script and script of GitLab, or what is indented. The
// environment that they name is exported first; DRIFT_VERSION is the script's too. With -noinstall the tool is not
// installed: it is the one under test.
func ci(ts *testscript.TestScript, neg bool, args []string) {
	install := true
	if len(args) > 0 && args[0] == "-noinstall" {
		install, args = false, args[1:]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ci [-noinstall] heading file")
	}
	page, err := os.ReadFile(filepath.Join(ts.Getenv("REPO"), "docs", "ci.md"))
	ts.Check(err)
	_, text, ok := strings.Cut(string(page), "\n## "+args[0]+"\n")
	if !ok {
		ts.Fatalf("docs/ci.md has no heading %q", args[0])
	}
	text, _, _ = strings.Cut(text, "\n## ")
	script := []string{"set -ex"}
	commands, block := 0, ""
	for _, line := range strings.Split(text, "\n") {
		item := strings.TrimSpace(line)
		list, isItem := strings.CutPrefix(item, "- ")
		run, isRun := strings.CutPrefix(strings.TrimPrefix(item, "- "), "run: ")
		command := ""
		switch {
		case strings.HasSuffix(item, ":"):
			block = item
			continue
		case isRun:
			command = run
		case isItem && (block == "script:" || block == "before_script:"):
			command = list
		case !strings.Contains(text, "```") && strings.HasPrefix(line, "    "):
			command = item
		case block == "env:" || block == "variables:":
			if key, value, ok := strings.Cut(item, ": "); ok && !isItem {
				script = append(script, "export "+key+"="+value)
				if key == "DRIFT_VERSION" {
					ts.Setenv(key, value)
				}
			}
		}
		if command == "" || !install && strings.HasPrefix(command, "go install ") {
			continue
		}
		commands++
		script = append(script, command)
	}
	if commands == 0 {
		ts.Fatalf("docs/ci.md has no command line under %q", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(script, "\n")+"\n"), 0o666))
}
