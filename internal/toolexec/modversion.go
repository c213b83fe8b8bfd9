package toolexec

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
)

// release names the release of a hooked package, or the folder of one that
// is a copy without a version.
func (t *target) release() string {
	if t.std {
		return cmp.Or(t.goversion, "this Go release")
	}
	return cmp.Or(t.version(), t.folder())
}

// version returns the version of the package's module, as its folder tells it,
// or empty.
func (t *target) version() string {
	dir := t.folder()
	if v := moduleVersion(dir); v != "" {
		return v
	}
	v, _ := vendored(dir, t.pkg)
	return v
}

// knownVersion returns the version of the package's module, if the package is surely
// from that module and not from another that replaces it.
func (t *target) knownVersion(mod string) string {
	escaped, err := module.EscapePath(mod)
	if err != nil {
		return ""
	}
	dir := t.folder()
	if v := moduleVersion(dir); v != "" {
		if !strings.Contains(filepath.ToSlash(dir), "/"+escaped+"@"+v) {
			return ""
		}
		return v
	}
	version, replaced := vendored(dir, t.pkg)
	if replaced {
		return ""
	}
	return version
}

// knownRelease returns the release of what the package's hook is for, empty where
// nobody knows it: Go's own, or that of the module.
func (t *target) knownRelease() string {
	if t.std {
		return goVersion(t.goversion)
	}
	if !isOtel(t.pkg) {
		return t.knownVersion(t.hook.Module)
	}
	// OpenTelemetry is of many modules, which lie below each other.
	for mod := t.pkg; isOtel(mod); mod = path.Dir(mod) {
		if v := t.knownVersion(mod); v != "" {
			return v
		}
	}
	return ""
}

// vendored returns the version that vendor/modules.txt gives for the module of
// a package in a vendor folder, and whether another one stands in for it.
func vendored(dir, pkg string) (version string, replaced bool) {
	vendor, ok := strings.CutSuffix(filepath.ToSlash(dir), "/"+pkg)
	if !ok {
		return "", false
	}
	text, err := os.ReadFile(filepath.Join(vendor, "modules.txt"))
	if err != nil {
		return "", false
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) >= 3 && f[0] == "#" {
			version, replaced = f[2], len(f) > 3
		} else if line == pkg {
			return version, replaced
		}
	}
	return "", false
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

// isVersion reports whether s begins like a semantic version in full, v1.2.3.
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
