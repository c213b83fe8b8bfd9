package toolexec

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The go command keys what it caches by the line that `compile -V=full`
// prints (cmd/go/internal/work/buildid.go, toolID). All that can change what
// this tool makes of a package, beyond what is in that key anyway, is to be in
// that line: then nothing needs -a, and woven and plain builds share a cache
// without ever taking each other's packages.

// version prints the real compiler's version line with our part.
func (c *Config) version(command, args []string) (int, error) {
	cmd := exec.Command(command[0], append(command[1:len(command):len(command)], args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return exitStatus(err)
	}
	line := string(out)
	if err := checkGo(line); err != nil {
		return 1, err
	}
	if c.Report != "" {
		// Should the go command have all of the build in its cache, this is the only
		// call; and it runs where the build was asked for, compiles run elsewhere.
		if !filepath.IsAbs(c.Report) {
			return 2, fmt.Errorf("-report=%s: the go command runs tools in each package's folder: name the file by its absolute path, as in -report=$PWD/%[1]s", filepath.ToSlash(c.Report))
		}
		if err := appendReport(c.Report, "", nil); err != nil {
			return 1, err
		}
	}
	digest, err := c.digest()
	if err != nil {
		return 1, err
	}
	fmt.Println(versionLine(line, digest))
	return 0, nil
}

// digest returns a digest of everything that can change this tool's output.
// This is the one place that lists it:
//
//   - the tool itself, by its content;
//   - the scope, from the flags or the file;
//   - the configuration file's text, and with it whether hooks are strict;
//   - whether an unsupported Go release is tried.
//
// Left out on purpose: -report changes no output; -next has a -V=full line of its own,
// which stands in front of ours; DRIFT_NOFALLBACK changes no output either, it only
// makes some packages fail to build.
func (c *Config) digest() (string, error) {
	self, err := selfID()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	put := func(key string, values ...string) {
		fmt.Fprintf(h, "%s %d\n", key, len(values))
		for _, v := range values {
			fmt.Fprintf(h, "%q\n", v)
		}
	}
	put("tool", self)
	put("scope", c.Scope...)
	put("config", string(c.text))
	put("unsupported", os.Getenv(UnsupportedEnv))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18]), nil
}

// versionLine adds our part to the line that the real tool printed. The form
// must stay "compile version go1.26.8 ..."; of a development release the go
// command takes only the last field, a build ID, and of that only the part after
// the last slash.
func versionLine(line, digest string) string {
	line = strings.TrimSpace(line)
	if i := strings.LastIndex(line, "buildID="); i >= 0 {
		id := line[i+len("buildID="):]
		sum := sha256.Sum256([]byte(id + " " + digest))
		return line[:i] + "drift buildID=_/_/_/" + base64.RawURLEncoding.EncodeToString(sum[:15])
	}
	return line + " drift " + digest
}

const mainPackage = "github.com/drift-go/drift-toolexec/cmd/drift-toolexec"

// selfID identifies this tool by its content: the content part of the build
// ID that the go linker wrote, or a digest of the file where it was told not
// to write one.
func selfID() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if id := goBuildID(f); id != "" {
		return id[strings.LastIndexByte(id, '/')+1:], nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)), nil
}

// goBuildID reads the build ID that the linker put near the file's start: in a
// note where the format is ELF, elsewhere at the start of the text segment
// (cmd/internal/buildid).
func goBuildID(f *os.File) string {
	head := make([]byte, 64<<10)
	n, _ := f.ReadAt(head, 0)
	head = head[:n]
	if !bytes.HasPrefix(head, []byte("\x7fELF")) {
		_, rest, ok := bytes.Cut(head, []byte("\xff Go build ID: \""))
		id, _, closed := bytes.Cut(rest, []byte(`"`))
		if !ok || !closed {
			return ""
		}
		return string(id)
	}
	// The note's header: the sizes of name and content, the type 4, the name.
	const name = "Go\x00\x00"
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		i := bytes.Index(head, append(order.AppendUint32(nil, 4), name...))
		if i < 4 {
			continue
		}
		size := int(order.(binary.ByteOrder).Uint32(head[i-4:]))
		start := i + 4 + len(name)
		if size > 0 && start+size <= len(head) {
			return string(head[start : start+size])
		}
	}
	return ""
}
