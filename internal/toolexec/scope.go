package toolexec

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"
)

// Scope: which packages' sites are woven. By default the user's own code: what
// lies outside GOROOT, the module cache, vendor/ and Bazel's external/. That
// is told by the sources' folders alone, which enter the go command's cache
// keys, and not by GOMODCACHE or its like, which do not.

// importPaths returns the import paths that a package may be meant by: its
// own, and for a test variant also that of the package it tests. -p says main
// for every command, so there the go command's word is taken where it gives
// one.
func importPaths(pkg, toolexecImportPath string) []string {
	path, variant, ok := strings.Cut(toolexecImportPath, " [")
	if path == "" || pkg != "main" && pkg != path {
		path = pkg
	}
	paths := []string{path}
	if ok {
		if tested := strings.TrimSuffix(strings.TrimSuffix(variant, "]"), ".test"); tested != path {
			paths = append(paths, tested)
		}
	}
	return paths
}

// inScope tells whether a package is in scope. dirs are the folders that its
// sources are from.
func (c *Config) inScope(paths, dirs []string) bool {
	if len(c.Scope) == 0 {
		return ownDirs(paths, dirs)
	}
	for _, p := range c.Scope {
		for _, path := range paths {
			if matchPattern(p, path) {
				return true
			}
		}
	}
	return false
}

// leftOut tells whether one of some patterns is of the package.
func (t *target) leftOut(patterns []string) bool {
	for _, p := range patterns {
		for _, path := range t.paths() {
			if matchPattern(p, path) {
				return true
			}
		}
	}
	return false
}

// matchPattern matches an import path as the go command does (go help
// packages): ... is any text, and a final /... also matches nothing.
func matchPattern(pattern, path string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok && matchText(base, path) {
		return true
	}
	return matchText(pattern, path)
}

func matchText(pattern, text string) bool {
	parts := strings.Split(pattern, "...")
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok || len(parts) == 1 {
		return ok && text == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, parts[last])
}

// ownDirs tells by its folders whether a package is the user's own code. One
// file from elsewhere makes it third-party: an overlay may put the user's
// files into any package. Of a package that is all generated, such as a test's
// main, nobody knows.
func ownDirs(paths, dirs []string) bool {
	for _, dir := range dirs {
		if thirdParty(paths, filepath.ToSlash(dir)) {
			return false
		}
	}
	return len(dirs) > 0
}

func thirdParty(paths []string, dir string) bool {
	for _, path := range paths {
		if strings.HasSuffix(dir, "/vendor/"+path) || dir == "vendor/"+path {
			return true
		}
	}
	// Bazel runs the compiler in its execution root.
	if strings.HasPrefix(dir, "external/") || strings.HasPrefix(dir, "bazel-out/") && strings.Contains(dir, "/bin/external/") {
		return true
	}
	return moduleVersion(dir) != ""
}

// moduleVersion returns the version of the module whose folder in the module
// cache a folder is or lies in: such folders are named path@version. It is
// empty for other folders.
func moduleVersion(dir string) string {
	for {
		_, rest, ok := strings.Cut(dir, "@")
		if !ok {
			return ""
		}
		version, _, _ := strings.Cut(filepath.ToSlash(rest), "/")
		if isVersion(version) {
			return version
		}
		dir = rest
	}
}

// isVersion tells whether s begins like a semantic version in full, v1.2.3.
// The module cache has no others, but a user's folder may well end in @v2.
func isVersion(s string) bool {
	s, ok := strings.CutPrefix(s, "v")
	for n := 0; ok && n < 3; n++ {
		i := 0
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		if i == 0 || n < 2 && (i == len(s) || s[i] != '.') {
			return false
		}
		if n < 2 {
			i++
		}
		s = s[i:]
	}
	return ok
}

// origins returns the folders that the package's sources are from: absolute
// for the go command, relative to the execution root for Bazel. What cgo,
// cover or another toolexec wrote into the work folder is from where its first
// //line directive says that leads out of it. A file of an -overlay is from where
// the one lies that it stands in for. With -trimpath some are import paths: see
// keyed.
func (t *target) origins() ([]string, error) {
	var dirs []string
	add := func(dir string) {
		for _, d := range dirs {
			if d == dir {
				return
			}
		}
		dirs = append(dirs, dir)
	}
	work := abs(t.cwd, filepath.Dir(t.out)) + string(filepath.Separator)
	for i, name := range t.files {
		if !strings.HasPrefix(abs(t.cwd, name), work) {
			if dir, ok := t.overlaid(name); ok {
				add(dir)
			} else if dir := filepath.Dir(name); dir != "." {
				add(dir)
			} else {
				add(t.cwd)
			}
			continue
		}
		src, err := t.source(i)
		if err != nil {
			return nil, err
		}
		if dir := lineDir(src, work); dir != "" {
			add(dir)
		} else if !t.goCommand() { // a rule may generate sources beside its output
			add(filepath.Dir(name))
		}
	}
	return dirs, nil
}

// keyed returns, for one of origins, the folder and what stands for it in the go
// command's cache keys. With -trimpath that is an import path, of which the module's
// part has its version (cmd/go/internal/work/exec.go, buildActionID; gc.go,
// trimpath): the module cache's copy, the vendored one and a folder that replaces
// them are one package there, and so they are one here. Versions that are there to
// be replaced are cut off: what has one is in no module cache.
func (t *target) keyed(origin string) (folder, key string) {
	if !t.goCommand() {
		return origin, origin
	}
	from, to := t.rewrite(func(from, to string) bool { return from == origin || to == origin })
	if to == "" || filepath.IsAbs(to) { // no -trimpath
		return origin, origin
	}
	to = "/" + filepath.ToSlash(to) // rooted, as folders are: external/x is the user's
	if module, rest, ok := strings.Cut(to, "@"); ok {
		version, sub, _ := strings.Cut(rest, "/")
		if version == "v0.0.0" || version == "v0.0.0-00010101000000-000000000000" {
			return from, path.Join(module, sub)
		}
	}
	return from, to
}

// rewrite returns the first of the compiler's -trimpath rewrites that matches.
func (t *target) rewrite(match func(from, to string) bool) (from, to string) {
	for _, r := range strings.Split(t.trimpath, ";") {
		if from, to, _ := strings.Cut(r, "=>"); from != "" && match(from, to) {
			return from, to
		}
	}
	return "", ""
}

// trimmed returns what -trimpath makes of a folder (cmd/internal/objabi/line.go,
// ApplyRewrites).
func (t *target) trimmed(dir string) string {
	within := func(from, _ string) bool {
		return dir == from || strings.HasPrefix(dir, from+string(filepath.Separator))
	}
	from, to := t.rewrite(within)
	if to == "" && from != "" {
		return strings.TrimPrefix(dir[len(from):], string(filepath.Separator))
	}
	return to + dir[len(from):]
}

// overlaid returns the folder of the file that a file of an overlay stands in for.
// The go command has the compiler say that one's name instead
// (cmd/go/internal/work/gc.go, trimpath).
func (t *target) overlaid(name string) (dir string, ok bool) {
	name = abs(t.cwd, name)
	_, to := t.rewrite(func(from, to string) bool { return from == name })
	if to == "" {
		return "", false
	}
	dir = filepath.Dir(to)
	// With -trimpath that is an import path, as is the folder's own name.
	if folder, _ := t.rewrite(func(_, to string) bool { return to == dir }); folder != "" {
		dir = folder
	}
	return dir, true
}

// folder returns the folder of the package's first source.
func (t *target) folder() string {
	if dir, ok := t.overlaid(t.files[0]); ok {
		return dir
	}
	return abs(t.cwd, filepath.Dir(t.files[0]))
}

// goCommand tells whether the go command runs this call, by the name that it
// gives to a package's archive.
func (t *target) goCommand() bool { return filepath.Base(t.out) == "_pkg_.a" }

// lineDir returns the folder of the first file outside the work folder that a
// //line directive names, empty if there is none with a folder. Of a file that
// cover wrote for cgo, the first names cover's.
func lineDir(src []byte, work string) string {
	const directive = "//line "
	for len(src) > 0 {
		line := src
		if i := bytes.IndexByte(src, '\n'); i >= 0 {
			line, src = src[:i], src[i+1:]
		} else {
			src = nil
		}
		rest, ok := bytes.CutPrefix(line, []byte(directive))
		if !ok {
			continue
		}
		name := strings.TrimRight(strings.TrimSpace(string(rest)), ":0123456789")
		if dir := filepath.Dir(name); dir != "." && !strings.HasPrefix(name, work) {
			return dir
		}
	}
	return ""
}

func abs(cwd, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(cwd, name)
}
