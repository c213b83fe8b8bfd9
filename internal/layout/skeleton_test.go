package layout

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// topLevel says what of the tree lies in its top folder, and why.
var topLevel = map[string]string{
	".ci":                "what CI runs",
	".editorconfig":      "for editors",
	".gitattributes":     "line endings",
	".github":            "workflows and forms, which run .ci/run and make",
	".gitignore":         "",
	".golangci.yml":      "for editors",
	"CHANGELOG.md":       "what a release brings",
	"CODEOWNERS":         "who reviews",
	"CODE_OF_CONDUCT.md": "",
	"CONTRIBUTING.md":    "how to work on the project",
	"LICENSE":            "Apache-2.0",
	"Makefile":           "make help",
	"README.md":          "",
	"SECURITY.md":        "what the tool may do to a build, and how to report",
	"VERSIONING.md":      "what releases promise",
	"bazel":              "rules for Bazel",
	"bench":              "what weaving costs",
	"cmd":                "the command",
	"docs":               "pages",
	"examples":           "programs to build woven",
	"go.mod":             "",
	"go.sum":             "",
	"hooks":              "a folder for each hooked library",
	"internal":           "",
	"rt":                 "linked into users' programs",
	"testscripts":        "full builds",
	"weave":              "the engine",
}

func TestTopLevel(t *testing.T) {
	out, err := exec.Command("git", "-C", "../..", "ls-files", "-z", "--cached").Output()
	if err != nil {
		t.Skip("not a git checkout")
	}
	there := map[string]bool{}
	for _, file := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
		name, _, _ := strings.Cut(file, "/")
		if _, ok := topLevel[name]; !ok && !there[name] {
			t.Errorf("%s lies in the top folder: give it a place in a folder, or a line here", name)
		}
		there[name] = true
	}
	for name := range topLevel {
		if !there[name] {
			t.Errorf("there is no %s", name)
		}
	}
	if text, err := os.ReadFile("../../LICENSE"); err != nil || !strings.Contains(string(text), "Version 2.0, January 2004") || len(text) < 10000 {
		t.Errorf("LICENSE is not the text of Apache-2.0: %v", err)
	}
}

var (
	runs = regexp.MustCompile(`(?m)^\s*(?:- )?run: (.*)$`)
	// allowed is what a workflow runs: what anybody can run on their own machine, and
	// gh to say what came of it.
	allowed = regexp.MustCompile(`^(\.ci/run|make [a-z-]+.*|go test -short \./\.\.\.|(tail -c \d+ \S+ \| )?gh (issue|release) create .*)$`)
	target  = regexp.MustCompile(`^make ([a-z -]+)`)
)

// TestWorkflows checks that the workflows run nothing but .ci/run, the Makefile's targets
// and the short tests.
func TestWorkflows(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		commands := runs.FindAllStringSubmatch(string(text), -1)
		if len(commands) == 0 {
			t.Errorf("%s runs nothing", file)
		}
		for _, m := range commands {
			if !allowed.MatchString(m[1]) {
				t.Errorf("%s runs %q: let it be a target of the Makefile", file, m[1])
			}
			if made := target.FindStringSubmatch(m[1]); made != nil {
				for _, name := range strings.Fields(made[1]) {
					if !strings.Contains(string(makefile), "\n"+name+":") {
						t.Errorf("%s makes %s, which the Makefile does not", file, name)
					}
				}
			}
		}
	}
}
