package toolexec

import (
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

// inScope reports whether a package is in scope. dirs are the folders that its
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

// leftOut reports whether one of some patterns is of the package.
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

// ownDirs reports whether a package is the user's own code, by the folders of its
// files. One file from elsewhere makes the package third-party, because an overlay may
// put the user's files into any package. A package without such folders, all generated
// as a test's main is, can't be told.
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
