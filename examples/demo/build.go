package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

const rootModule = "github.com/drift-go/drift-toolexec"

// builder runs go build into a temporary directory and prints each command the
// way a shell would take it.
type builder struct {
	ctx      context.Context
	root     string
	tmp      string
	prebuilt string // the tool given by flag, if any
}

func newBuilder(ctx context.Context, prebuilt string) (*builder, error) {
	root, err := repoRoot()
	if err != nil {
		return nil, err
	}
	if prebuilt != "" {
		// The go command runs the tool in each package's own directory.
		if prebuilt, err = filepath.Abs(prebuilt); err != nil {
			return nil, err
		}
		if _, err := os.Stat(prebuilt); err != nil {
			return nil, fmt.Errorf("-tool: %w: give the path of a built drift-toolexec, or leave the flag out", err)
		}
	}
	tmp, err := os.MkdirTemp("", "drift-demo-")
	if err != nil {
		return nil, err
	}
	fmt.Println("$ TMP=$(mktemp -d)")
	return &builder{ctx: ctx, root: root, tmp: tmp, prebuilt: prebuilt}, nil
}

func (b *builder) clean() error { return os.RemoveAll(b.tmp) }

// repoRoot looks for the root module upwards from the working directory.
func repoRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.Contains(mod, []byte("module "+rootModule+"\n")) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod of %s here or above: run the demo inside the repository", rootModule)
		}
		dir = parent
	}
}

// tool returns the path of drift-toolexec, built if need be.
func (b *builder) tool() (string, error) {
	if b.prebuilt != "" {
		return b.prebuilt, nil
	}
	if _, err := os.Stat(filepath.Join(b.root, "cmd", "drift-toolexec")); err != nil {
		return "", errors.New("no cmd/drift-toolexec in the repository: run with -tool PATH or -plain-only")
	}
	out := b.path("drift-toolexec")
	if err := b.goBuild("", "-o", out, "./cmd/drift-toolexec"); err != nil {
		return "", fmt.Errorf("building the tool: %w: correct what is printed above, or run with -tool PATH", err)
	}
	return out, nil
}

// shop builds examples/shop, with the tool if there is one.
func (b *builder) shop(name, tool string) (string, error) {
	out := b.path(name)
	args := []string{"-o", out, "."}
	hint := "correct what is printed above; if modules are missing, run go mod download in examples/shop"
	if tool != "" {
		if strings.ContainsAny(tool, " \t") {
			tool = `"` + tool + `"` // the go command splits the flag's value at spaces
		}
		args = append([]string{"-toolexec=" + tool}, args...)
		hint = "correct what is printed above, or run with -plain-only"
	}
	if err := b.goBuild("examples/shop", args...); err != nil {
		return "", fmt.Errorf("building %s: %w: %s", name, err, hint)
	}
	return out, nil
}

func (b *builder) path(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(b.tmp, name)
}

func (b *builder) goBuild(dir string, args ...string) error {
	args = append([]string{"build"}, args...)
	shown := strings.ReplaceAll("go "+strings.Join(args, " "), b.tmp, "$TMP")
	if dir != "" {
		shown = "(cd " + dir + " && " + shown + ")"
	}
	fmt.Println("$ " + shown)

	cmd := exec.CommandContext(b.ctx, "go", args...)
	cmd.Dir = filepath.Join(b.root, filepath.FromSlash(dir))
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}
