package toolexec

import (
	"bytes"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// typeImporter resolves imports through the call's own import configuration,
// as the compiler is about to. It reads export data with the standard
// library's reader, which knows the format of the Go release that this tool
// was built with and of those before. The reader of x/tools trails,
// and go/types would refuse a newer release's packages anyway. checkGo refuses newer
// releases.
type typeImporter struct {
	*imports
	gc  types.Importer
	err error // export data that is there but could not be read
}

func newImporter(im *imports, fset *token.FileSet, cwd string) *typeImporter {
	return &typeImporter{imports: im, gc: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(abs(cwd, im.file[path]))
	})}
}

// Import implements types.Importer.
func (im *typeImporter) Import(path string) (p *types.Package, err error) {
	if to, ok := im.importMap[path]; ok {
		path = to
	}
	if _, ok := im.file[path]; !ok && path != "unsafe" {
		return nil, fmt.Errorf("could not import %s: not in the import configuration", path)
	}
	defer func() {
		if r := recover(); r != nil { // the reader panics on a format it does not know
			p, err = nil, fmt.Errorf("%v", r)
		}
		if err != nil && im.err == nil {
			im.err = fmt.Errorf("reading the export data of %s: %w; was it compiled by another Go release? This tool was built with %s", path, err, runtime.Version())
		}
	}()
	return im.gc.Import(path)
}

// exportData returns the part of an archive that the compiler writes for
// importers: its first member.
func exportData(name string) ([]byte, error) {
	const magic, header = "!<arch>\n", 60 // cmd/internal/archive
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var head [len(magic) + header]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return nil, err
	}
	member := head[len(magic):]
	size, err := strconv.Atoi(strings.TrimSpace(string(member[48:58])))
	if err != nil || !bytes.HasPrefix(head[:], []byte(magic+"__.PKGDEF ")) {
		return nil, fmt.Errorf("%s is not a compiled package", name)
	}
	data := make([]byte, size)
	_, err = io.ReadFull(f, data)
	return data, err
}

// goarch returns the architecture compiled for: the go command sets it for
// every tool it runs.
func goarch() string {
	if a := os.Getenv("GOARCH"); a != "" {
		return a
	}
	return runtime.GOARCH
}
