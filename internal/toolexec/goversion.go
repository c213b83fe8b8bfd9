package toolexec

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// SupportedGo lists the minor releases of Go 1 that the runtime hook knows.
var SupportedGo = []int{25, 26, 27}

// UnsupportedEnv lets an unsupported Go release be tried.
const UnsupportedEnv = "DRIFT_UNSUPPORTED_GO"

// checkGo refuses a Go release that the runtime hook does not know. It also refuses
// one newer than the Go that this tool was built with: the tool's parser and its
// reader of export data would not know what is new there. release is any text that
// holds the release's name.
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
		return fmt.Errorf("%s is newer than %s, which this tool was built with; install it again: GOTOOLCHAIN=%s go install %s@latest",
			name, own, name, mainPackage)
	}
	return nil
}

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
