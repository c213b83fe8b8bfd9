package toolexec

import (
	"bufio"
	"fmt"
	"go/build"
	"go/token"
	"go/types"
	"os"

	"golang.org/x/tools/go/gcexportdata"
)

// importer resolves imports through the call's own import configuration, as
// the compiler is about to.
type importer struct {
	*imports
	fset *token.FileSet
	cwd  string
	pkgs map[string]*types.Package
}

// Import implements types.Importer.
func (im *importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if to, ok := im.importMap[path]; ok {
		path = to
	}
	if p := im.pkgs[path]; p != nil && p.Complete() {
		return p, nil
	}
	name, ok := im.file[path]
	if !ok {
		return nil, fmt.Errorf("could not import %s: not in the import configuration", path)
	}
	f, err := os.Open(abs(im.cwd, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(r, im.fset, im.pkgs, path)
}

// goarch returns the architecture compiled for: the go command sets it for
// every tool it runs.
func goarch() string {
	if a := os.Getenv("GOARCH"); a != "" {
		return a
	}
	return build.Default.GOARCH
}
