package toolexec

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The go command keys what it caches by the line that `compile -V=full`
// prints (cmd/go/internal/work/buildid.go, toolID). All that can change what
// this tool makes of a package, beyond what is in that key anyway, is to be in
// that line: then nothing needs -a, and woven and plain builds share a cache
// without ever taking each other's packages.

// SupportedGo lists the minor releases of Go 1 that the runtime hook knows.
var SupportedGo = []int{25, 26, 27}

// UnsupportedEnv lets an unsupported Go release be tried.
const UnsupportedEnv = "DRIFT_UNSUPPORTED_GO"

// digest returns a digest of everything that can change this tool's output.
// This is the one place that lists it:
//
//   - the tool itself, by its content;
//   - the scope, from the flags or the file;
//   - the configuration file's text, and with it whether hooks are strict;
//   - whether an unsupported Go release is tried.
//
// Left out on purpose: -report, which changes no output; -next, whose own
// -V=full line stands in front of ours; and DRIFT_NOFALLBACK, under which a package
// is what it is without it, or is not built.
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
// command takes the last field alone, a build ID, and of that the part behind
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

// checkGo refuses a Go release that the runtime hook does not know, and one
// newer than the Go that this tool was built with: its parser and its reader
// of export data would not know that one's news. release is any text that
// holds it.
func checkGo(release string) error {
	name, minor := goMinor(release)
	if minor == 0 {
		name = strings.TrimSpace(release)
	}
	supported := slices.Contains(SupportedGo, minor)
	if !supported && os.Getenv(UnsupportedEnv) != "1" {
		var names []string
		for _, s := range SupportedGo {
			names = append(names, fmt.Sprintf("1.%d", s))
		}
		return fmt.Errorf("%s is not a supported Go release (%s are); build with one of these, or set %s=1 to try all the same",
			name, strings.Join(names, ", "), UnsupportedEnv)
	}
	if own, built := goMinor(runtime.Version()); built != 0 && minor > built {
		return fmt.Errorf("%s is newer than %s, which this tool was built with; install it anew: GOTOOLCHAIN=%s go install %s@latest",
			name, own, name, mainPackage)
	}
	return nil
}

const mainPackage = "github.com/drift-go/drift-toolexec/cmd/drift-toolexec"

// goMinor returns the first Go release in a text, such as go1.26.8, and its
// minor number; 0 if there is none.
func goMinor(text string) (release string, minor int) {
	i := strings.Index(text, "go1.")
	if i < 0 {
		return "", 0
	}
	release = text[i:]
	if end := strings.IndexFunc(release, func(r rune) bool { return r != '.' && !unicode.IsDigit(r) && !unicode.IsLetter(r) }); end >= 0 {
		release = release[:end]
	}
	digits := release[len("go1."):]
	if end := strings.IndexFunc(digits, func(r rune) bool { return !unicode.IsDigit(r) }); end >= 0 {
		digits = digits[:end]
	}
	minor, _ = strconv.Atoi(digits)
	return release, minor
}

// goVersion returns the Go release in a text in the form of a module's version:
// v1.26.8; of a release candidate that of the release, whose packages it has.
func goVersion(text string) string {
	release, minor := goMinor(text)
	if minor == 0 {
		return ""
	}
	patch := 0
	if rest, ok := strings.CutPrefix(release, fmt.Sprintf("go1.%d.", minor)); ok {
		patch, _ = strconv.Atoi(rest)
	}
	return fmt.Sprintf("v1.%d.%d", minor, patch)
}

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
