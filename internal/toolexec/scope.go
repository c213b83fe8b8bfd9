package toolexec

import (
	"path/filepath"
	"regexp"
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
		paths = append(paths, strings.TrimSuffix(strings.TrimSuffix(variant, "]"), ".test"))
	}
	return paths
}

// inScope tells whether a package is in scope. dir is the folder of its
// sources as sourceDir returns it.
func (c *Config) inScope(paths []string, dir string) bool {
	if len(c.Scope) == 0 {
		return ownDir(paths, dir)
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

// matchPattern matches an import path as the go command does (go help
// packages): ... is any text, and a final /... also matches nothing.
func matchPattern(pattern, path string) bool {
	if pattern == path {
		return true
	}
	if !strings.Contains(pattern, "...") {
		return false
	}
	re := regexp.QuoteMeta(pattern)
	re = strings.ReplaceAll(re, `\.\.\.`, `.*`)
	if strings.HasSuffix(re, `/.*`) {
		re = strings.TrimSuffix(re, `/.*`) + `(/.*)?`
	}
	ok, _ := regexp.MatchString(`^`+re+`$`, path)
	return ok
}

// ownDir tells by a folder's path whether it holds the user's own code.
func ownDir(paths []string, dir string) bool {
	dir = filepath.ToSlash(dir)
	for _, path := range paths {
		if strings.HasSuffix(dir, "/vendor/"+path) || dir == "vendor/"+path {
			return false
		}
	}
	// Bazel runs the compiler in its execution root.
	if strings.HasPrefix(dir, "external/") || strings.HasPrefix(dir, "bazel-out/") && strings.Contains(dir, "/bin/external/") {
		return false
	}
	// The module cache's folders are named path@version; a version begins
	// with v and a digit.
	for rest := dir; ; {
		at := strings.IndexByte(rest, '@')
		if at < 0 {
			return true
		}
		rest = rest[at+1:]
		if at > 0 && len(rest) > 1 && rest[0] == 'v' && rest[1] >= '0' && rest[1] <= '9' {
			return false
		}
	}
}

// sourceDir returns the folder that a package's sources are in, absolute for
// the go command, relative to the execution root for Bazel. Files that cgo or
// cover wrote into the work folder count for the one the go command runs the
// compiler in.
func sourceDir(sources []string, work, cwd string) string {
	for _, s := range sources {
		dir := filepath.Dir(s)
		if abs(cwd, dir) == abs(cwd, work) {
			continue
		}
		if dir == "." {
			return cwd
		}
		return dir
	}
	return cwd
}

func abs(cwd, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(cwd, name)
}
