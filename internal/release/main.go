// Command release makes a release's files (make release): for each platform the
// tool and its SBOM (CycloneDX, by cyclonedx-gomod), the version's section of CHANGELOG.md, and the digests of
// all. The same commit and Go release make the same bytes, wherever they are
// made; -check makes them once more from a clone, with a new build cache, and
// compares.
//
//	go run ./internal/release [-check] [-o folder]
//
// The version is what the go command stamps from git: the commit's tag, or a
// pseudo-version where it has none.
package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"golang.org/x/mod/module"
)

const (
	command = "cmd/drift-toolexec"
	sbom    = "internal/release/sbom" // the module that pins what writes the SBOMs
	maxSize = 10 << 20                // of a binary
)

var platforms = []string{
	"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64",
}

func main() {
	out := flag.String("o", "dist", "folder for the files, which is emptied first")
	check := flag.Bool("check", false, "make them twice, and compare")
	flag.Parse()
	if err := run(*out, *check); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(out string, check bool) error {
	changed, err := output(".", nil, "git", "status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		return fmt.Errorf("the tree differs from its commit: commit or stash first:\n%s", changed)
	}
	version, err := files(".", out, nil)
	if err != nil {
		return err
	}
	if err := show(out, version); err != nil || !check {
		return err
	}
	tmp, err := os.MkdirTemp("", "release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	clone, again := filepath.Join(tmp, "clone"), filepath.Join(tmp, "dist")
	if _, err := output(".", nil, "git", "clone", "--quiet", ".", clone); err != nil {
		return err
	}
	if _, err := files(clone, again, []string{"GOCACHE=" + filepath.Join(tmp, "cache")}); err != nil {
		return err
	}
	if err := same(out, again); err != nil {
		return err
	}
	fmt.Println("made once more from a clone: the same bytes")
	return nil
}

// files makes a release of the tree in dir, and returns its version.
func files(dir, out string, env []string) (version string, err error) {
	if out, err = filepath.Abs(out); err != nil {
		return "", err
	}
	if err := os.RemoveAll(out); err != nil {
		return "", err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return "", err
	}
	tools, err := os.MkdirTemp("", "release-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tools)
	// The SBOMs name what wrote them by its digest: it is built as a release is.
	writer := filepath.Join(tools, "cyclonedx-gomod")
	_, err = output(filepath.Join(dir, filepath.FromSlash(sbom)), append(env, "GOFLAGS=", "GOENV=off", "GOWORK=off", "CGO_ENABLED=0"),
		"go", "build", "-trimpath", "-buildvcs=false", "-o", writer, "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod")
	if err != nil {
		return "", err
	}
	for _, p := range platforms {
		if version, err = binary(dir, out, p, version, writer, env); err != nil {
			return "", fmt.Errorf("%s: %w", p, err)
		}
	}
	changelog, err := os.ReadFile(filepath.Join(dir, "CHANGELOG.md"))
	if err != nil {
		return "", err
	}
	text, err := section(string(changelog), version)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(out, "CHANGES.md"), []byte(text), 0o666); err != nil {
		return "", err
	}
	return version, sums(out)
}

// binary builds the tool for a platform, and writes its SBOM. Nothing that the
// environment says about how to build counts.
func binary(dir, out, platform, want, writer string, env []string) (string, error) {
	goos, goarch, _ := strings.Cut(platform, "/")
	name := filepath.Join(out, "drift-toolexec")
	env = append(env[:len(env):len(env)], "GOOS="+goos, "GOARCH="+goarch, "GOAMD64=v1", "GOARM64=v8.0",
		"CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOWORK=off", "GOENV=off")
	_, err := output(dir, env, "go", "build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w", "-o", name, "./"+command)
	if err != nil {
		return "", err
	}
	info, err := buildinfo.ReadFile(name)
	if err != nil {
		return "", err
	}
	version := info.Main.Version
	switch {
	case version == "" || version == "(devel)" || strings.HasSuffix(version, "+dirty"):
		return "", fmt.Errorf("the go command stamped the version %q: build from a clean git checkout", version)
	case want != "" && version != want:
		return "", fmt.Errorf("version %s, of the others %s", version, want)
	}
	size, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if size.Size() > maxSize {
		return "", fmt.Errorf("the tool has %d bytes, more than %d", size.Size(), maxSize)
	}
	full := name + "_" + version + "_" + goos + "_" + goarch
	// From what the go command wrote into the binary. What would differ from run
	// to run is left out: serial number and time.
	_, err = output(dir, env, writer, "bin", "-json", "-std", "-noserial", "-notimestamp",
		"-version", version, "-output", full+".cdx.json", name)
	if err != nil {
		return "", err
	}
	if goos == "windows" {
		full += ".exe"
	}
	return version, os.Rename(name, full)
}

// section returns what CHANGELOG.md says of a version: under its heading, or
// under Unreleased if no tag made the version.
func section(changelog, version string) (string, error) {
	title := strings.TrimPrefix(version, "v")
	if module.IsPseudoVersion(version) {
		title = "Unreleased"
	}
	var lines []string
	in := false
	for _, line := range strings.SplitAfter(changelog, "\n") {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			name, _, _ := strings.Cut(strings.TrimSpace(heading), " ")
			in = strings.TrimPrefix(strings.Trim(name, "[]"), "v") == title
		} else if in {
			lines = append(lines, line)
		}
	}
	text := strings.TrimSpace(strings.Join(lines, ""))
	if text == "" {
		return "", fmt.Errorf("CHANGELOG.md says nothing under \"## %s\": write that section", title)
	}
	return "# drift-toolexec " + version + "\n\n" + text + "\n", nil
}

// sums writes SHA256SUMS, as sha256sum -c reads it.
func sums(out string) error {
	names, err := list(out)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256(text), name)
	}
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), lines.Bytes(), 0o666)
}

// list returns the names of a folder's files.
func list(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	sort.Strings(names)
	return names, nil
}

func same(a, b string) error {
	first, err := list(a)
	if err != nil {
		return err
	}
	second, err := list(b)
	if err != nil {
		return err
	}
	if strings.Join(first, " ") != strings.Join(second, " ") {
		return fmt.Errorf("made once more, the files are others: %s, then %s", first, second)
	}
	for _, name := range first {
		x, errX := os.ReadFile(filepath.Join(a, name))
		y, errY := os.ReadFile(filepath.Join(b, name))
		if err := errors.Join(errX, errY); err != nil {
			return err
		}
		if !bytes.Equal(x, y) {
			return fmt.Errorf("made once more, %s differs", name)
		}
	}
	return nil
}

// show lists the files and their sizes.
func show(out, version string) error {
	names, err := list(out)
	if err != nil {
		return err
	}
	fmt.Printf("drift-toolexec %s, built with %s, in %s:\n", version, runtime.Version(), out)
	for _, name := range names {
		info, err := os.Stat(filepath.Join(out, name))
		if err != nil {
			return err
		}
		fmt.Printf("%9d  %s\n", info.Size(), name)
	}
	return nil
}

// output runs a command in a folder and returns what it printed.
func output(dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return string(out), nil
}
