package toolexec

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"
)

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
// The go command has the compiler write the replaced file's name
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

// goCommand reports whether the go command runs this call, by the name that it
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
