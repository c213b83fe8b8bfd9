package toolexec

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestParseCompile(t *testing.T) {
	tests := []struct {
		name  string
		args  string
		want  compileArgs
		files string
	}{
		{
			name:  "the go command",
			args:  "-o $WORK/b001/_pkg_.a -trimpath $WORK/b001=> -p main -lang=go1.25 -complete -buildid x/y -goversion go1.26.8 -c=4 -shared -nolocalimports -importcfg $WORK/b001/importcfg -pack ./main.go ./b.go",
			want:  compileArgs{out: "$WORK/b001/_pkg_.a", pkg: "main", lang: "go1.25", goversion: "go1.26.8", importcfg: "$WORK/b001/importcfg", trimpath: "$WORK/b001=>"},
			files: "./main.go ./b.go",
		},
		{
			name:  "the standard library",
			args:  "-o /w/_pkg_.a -p runtime -std -+ -symabis /w/symabis -asmhdr /w/go_asm.h -D _/x -c 4 -spectre all -std /goroot/src/runtime/proc.go",
			want:  compileArgs{out: "/w/_pkg_.a", pkg: "runtime", std: true},
			files: "/goroot/src/runtime/proc.go",
		},
		{
			name:  "rules_go: sources after --",
			args:  "-p example.com/x -importcfg importcfg -pack -o bazel-out/x.a -- pkg/a.go bazel-out/gen/b.go",
			want:  compileArgs{out: "bazel-out/x.a", pkg: "example.com/x", importcfg: "importcfg"},
			files: "pkg/a.go bazel-out/gen/b.go",
		},
		{
			name:  "two dashes, and values in place",
			args:  "--p=x --o=y.a --std=false --embedcfg e a.go",
			want:  compileArgs{out: "y.a", pkg: "x"},
			files: "a.go",
		},
		{name: "a version", args: "-V=full"},
		{name: "a value is missing", args: "-p"},
		{name: "nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := strings.Fields(tt.args)
			for _, response := range []bool{false, true} {
				call := args
				if response {
					name := filepath.Join(t.TempDir(), "args")
					if err := writeResponse(name, args); err != nil {
						t.Fatal(err)
					}
					call = []string{"@" + name}
					if len(args) == 0 {
						continue
					}
				}
				a, err := parseCompile(call)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(a.args[a.sources:], " "); got != tt.files {
					t.Errorf("sources %q, want %q", got, tt.files)
				}
				want := tt.want
				want.args, want.sources, want.response = a.args, a.sources, response
				want.flags = a.sources
				if a.sources > 0 && a.args[a.sources-1] == "--" {
					want.flags--
				}
				if !slices.Equal(a.args, args) || !reflect.DeepEqual(*a, want) {
					t.Errorf("got %+v, want %+v", *a, want)
				}
			}
		})
	}
}

func TestResponseFile(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "inner")
	outer := filepath.Join(dir, "outer")
	args := []string{"-p", `a\b`, "-trimpath", "", "-D", "two\nlines", "a b.go"}
	if err := writeResponse(inner, args); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(outer, []byte("-std\r\n@"+strings.ReplaceAll(inner, `\`, `\\`)+"\r\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	got, response, err := expandArgs([]string{"-x", "@" + outer, "z.go"})
	want := append(append([]string{"-x", "-std"}, args...), "z.go")
	if err != nil || !response || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, %v, want %q", got, response, err, want)
	}
	if _, _, err := expandArgs([]string{"@" + filepath.Join(dir, "none")}); err == nil {
		t.Error("no error for a file that does not exist")
	}
}

func TestReadImportcfg(t *testing.T) {
	name := filepath.Join(t.TempDir(), "importcfg")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("# import config\nimportmap a=vendor/a\npackagefile fmt=/cache/x=y-d\n\nmodinfo \"...\"\n")
	im, err := readImportcfg(name)
	if err != nil || im.importMap["a"] != "vendor/a" || im.file["fmt"] != "/cache/x=y-d" {
		t.Errorf("got %+v, %v", im, err)
	}
	write("packagefile fmt=a\nnonsense\n")
	if _, err := readImportcfg(name); err == nil || !strings.HasSuffix(err.Error(), "importcfg:2: not a line of an import configuration") {
		t.Errorf("got %v", err)
	}
}
