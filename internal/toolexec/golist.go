package toolexec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// listed is a package as go list prints it (go help list).
type listed struct {
	ImportPath string // with the test that it is compiled for: "p [q.test]"
	Name       string
	Dir        string
	Standard   bool
	ForTest    string // q in "p [q.test]"
	DepOnly    bool   // nobody asked for it by name
	Export     string // the file of its export data; "" if it could not be compiled
	Module     *struct {
		Path, Version, GoVersion string
		Main                     bool
	}
	CompiledGoFiles []string // relative to Dir, or in the go command's cache
	Imports         []string
	ImportMap       map[string]string
	Error           *listError
	DepsErrors      []*listError
}

type listError struct{ Pos, Err string }

// path returns the import path that the compiler is told (-p).
func (p *listed) path() string {
	path, _, _ := strings.Cut(p.ImportPath, " [")
	if p.Name == "main" {
		return "main"
	}
	return path
}

// goList lists packages and all that they import, each after what it imports. It has the
// go command compile what others import of them, plainly, unless it has that in its cache.
func goList(dir string, buildFlags, patterns []string) (list []*listed, err error) {
	args := []string{
		"list", "-e", "-deps", "-export", "-compiled",
		"-json=ImportPath,Name,Dir,Standard,ForTest,DepOnly,Export,Module,CompiledGoFiles,Imports,ImportMap,Error,DepsErrors",
	}
	args = append(append(append(args, buildFlags...), "--"), patterns...)
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, goCommandError(err)
	}
	for d := json.NewDecoder(out); ; {
		p := new(listed)
		if err = d.Decode(p); err != nil {
			break
		}
		list = append(list, p)
	}
	io.Copy(io.Discard, out)
	if werr := cmd.Wait(); werr != nil {
		return nil, errors.New(oneLine(stderr.String(), werr))
	}
	if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return list, nil
}

// oneLine returns the first line of what a command complained about that says
// something.
func oneLine(text string, err error) string {
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "go: downloading") {
			return strings.TrimPrefix(line, "go: ")
		}
	}
	return "go list: " + err.Error()
}
