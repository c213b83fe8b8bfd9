package toolexec

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// compileArgs is one call of cmd/compile, as far as weaving is concerned.
type compileArgs struct {
	args      []string // all of them, response files expanded
	response  bool     // there was a response file
	out       string   // -o
	pkg       string   // -p
	std       bool     // -std
	importcfg string   // -importcfg
	lang      string   // -lang: "go1.25", or ""
	goversion string   // -goversion: "go1.26.8", or ""
	trimpath  string   // -trimpath: "from=>to;..."
	flags     int      // index in args after the last flag
	sources   int      // of the first source: the same, or after --
}

// valued are cmd/compile's flags that take their value from the next argument
// when it does not follow an equals sign (cmd/compile/internal/base/flag.go).
var valued = map[string]bool{
	"D": true, "I": true, "asmhdr": true, "bench": true, "blockprofile": true, "buildid": true,
	"c": true, "coveragecfg": true, "cpuprofile": true, "d": true, "embedcfg": true, "env": true,
	"gendwarfinl": true, "goversion": true, "importcfg": true, "installsuffix": true, "json": true,
	"lang": true, "linkobj": true, "memprofile": true, "memprofilerate": true, "mutexprofile": true,
	"o": true, "p": true, "pgoprofile": true, "spectre": true, "symabis": true, "traceprofile": true,
	"trimpath": true,
}

func parseCompile(args []string) (*compileArgs, error) {
	a := &compileArgs{}
	var err error
	if a.args, a.response, err = expandArgs(args); err != nil {
		return nil, err
	}
	a.flags, a.sources = len(a.args), len(a.args)
	for i := 0; i < len(a.args); i++ {
		arg := a.args[i]
		if arg == "--" {
			a.flags, a.sources = i, i+1
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			a.flags, a.sources = i, i
			break
		}
		name, value, inline := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
		if !inline && valued[name] && i+1 < len(a.args) {
			i++
			value = a.args[i]
		}
		switch name {
		case "o":
			a.out = value
		case "p":
			a.pkg = value
		case "std":
			a.std = value != "false"
		case "importcfg":
			a.importcfg = value
		case "lang":
			a.lang = value
		case "goversion":
			a.goversion = value
		case "trimpath":
			a.trimpath = value
		}
	}
	return a, nil
}

// expandArgs replaces response files by the arguments that they hold, one a
// line, as cmd/internal/objabi.expandArgs does.
func expandArgs(args []string) (out []string, response bool, err error) {
	unescape := strings.NewReplacer(`\\`, `\`, `\n`, "\n")
	for _, arg := range args {
		name, ok := strings.CutPrefix(arg, "@")
		if !ok {
			out = append(out, arg)
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, false, err
		}
		lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(text), "\r", "")), "\n")
		for i, line := range lines {
			lines[i] = unescape.Replace(line)
		}
		if lines, _, err = expandArgs(lines); err != nil {
			return nil, false, err
		}
		out = append(out, lines...)
		response = true
	}
	return out, response, nil
}

func writeResponse(name string, args []string) error {
	escape := strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	var b strings.Builder
	for _, arg := range args {
		b.WriteString(escape.Replace(arg))
		b.WriteByte('\n')
	}
	return os.WriteFile(name, []byte(b.String()), 0o666)
}

// toolName returns the name of the tool that a path leads to.
func toolName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), ".exe")
}

// imports is a parsed -importcfg.
type imports struct {
	importMap map[string]string
	file      map[string]string
}

func readImportcfg(name string) (*imports, error) {
	im := &imports{importMap: map[string]string{}, file: map[string]string{}}
	if name == "" {
		return im, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		from, to, ok := strings.Cut(strings.TrimSpace(rest), "=")
		switch {
		case verb == "packagefile" && ok:
			im.file[from] = to
		case verb == "importmap" && ok:
			im.importMap[from] = to
		case verb == "modinfo" || verb == "packageshlib":
		default:
			return nil, fmt.Errorf("%s:%d: not a line of an import configuration", name, n+1)
		}
	}
	return im, nil
}
