package testscripts

import (
	"os"
	"os/exec"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// canBuildah reports whether images can be built here: buildah runs what an image
// holds in a chroot, which takes root and a mount namespace.
func canBuildah() bool {
	for _, name := range []string{"buildah", "busybox", "chroot", "unshare"} {
		if _, err := exec.LookPath(name); err != nil {
			return false
		}
	}
	return os.Getuid() == 0 && exec.Command("unshare", "--mount", "true").Run() == nil
}

// release makes this repository a release of its module, in a folder for
// GOPROXY=file://folder.
func release(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: release version folder")
	}
	const path = "github.com/drift-go/drift-toolexec"
	version, repo := args[0], ts.Getenv("REPO")
	dir := filepath.Join(ts.MkAbs(args[1]), filepath.FromSlash(path), "@v")
	ts.Check(os.MkdirAll(dir, 0o777))
	mod, err := os.ReadFile(filepath.Join(repo, "go.mod"))
	ts.Check(err)
	for name, text := range map[string]string{
		"list":            version + "\n",
		version + ".info": `{"Version":"` + version + `"}`,
		version + ".mod":  string(mod),
	} {
		ts.Check(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	f, err := os.Create(filepath.Join(dir, version+".zip"))
	ts.Check(err)
	ts.Check(zip.CreateFromDir(f, module.Version{Path: path, Version: version}, repo))
	ts.Check(f.Close())
}
