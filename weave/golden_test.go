package weave

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/drift-go/drift-toolexec/weave/pass"
	"golang.org/x/tools/txtar"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden weaves the Go files of each archive as one package in scope, and
// compares what changed, and the sites, with what the archive says.
//
// A line "lang: go1.17" in an archive's comment is the package's language; a line
// "channels" says that its channels carry and its workers start fresh; a line "message:
// type func..." names a type of messages, and what receives one, or sent.
//
// The section readable has the lines that changed, without what keeps their positions.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := golden(t, ar)
			if *update {
				if err := os.WriteFile(name, txtar.Format(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := txtar.Format(ar); !bytes.Equal(txtar.Format(got), want) {
				t.Errorf("got:\n%s\nwant:\n%s", txtar.Format(got), want)
			}
		})
	}
}

// golden returns the archive as it is to be.
func golden(t *testing.T, ar *txtar.Archive) *txtar.Archive {
	p := &Package{Path: "p", Own: true, Asks: true, Arch: "amd64", Importer: sourceImporter, Marks: []string{
		"time.AfterFunc", "(*time.Timer).Reset", "context.AfterFunc", "(*sync.WaitGroup).Go",
	}}
	for _, line := range strings.Split(string(ar.Comment), "\n") {
		if lang, ok := strings.CutPrefix(line, "lang: "); ok {
			p.GoVersion = lang
		}
		if line == "channels" {
			p.Channels, p.Workers = true, true
		}
		if text, ok := strings.CutPrefix(line, "message: "); ok {
			fields := strings.Fields(text)
			m := rule.Message{Type: fields[0]}
			for _, f := range fields[1:] {
				if f == "sent" {
					m.Sent = true
				} else {
					m.From = append(m.From, rule.Target{Func: f})
				}
			}
			p.Messages = append(p.Messages, m)
		}
	}
	want := &txtar.Archive{Comment: ar.Comment}
	for _, f := range ar.Files {
		if strings.HasSuffix(f.Name, ".go") && !strings.Contains(f.Name, "/") {
			p.Sources = append(p.Sources, Source{Path: f.Name, Src: f.Data})
			want.Files = append(want.Files, f)
		}
	}
	p.Spans = pass.AnyContains(p.Sources, pass.OtelTrace)
	r, err := Weave(p)
	if err != nil {
		want.Files = append(want.Files, txtar.File{Name: "error", Data: []byte(err.Error() + "\n")})
		return want
	}
	if r == nil {
		r = &Result{}
	}
	for i, s := range p.Sources {
		if text, ok := r.Files[i]; ok {
			want.Files = append(want.Files, txtar.File{Name: "want/" + s.Path, Data: text})
		}
	}
	var changed strings.Builder
	for i, s := range p.Sources {
		if text, ok := r.Files[i]; ok {
			changed.WriteString(readable(s, text))
		}
	}
	if changed.Len() > 0 {
		want.Files = append(want.Files, txtar.File{Name: "readable", Data: []byte(changed.String())})
	}
	var sites strings.Builder
	for _, s := range r.Sites {
		fmt.Fprintln(&sites, strings.TrimSpace(fmt.Sprintf("%s %s %s: %s", s.Kind, s.Pos, s.Func, s.Reason)))
	}
	want.Files = append(want.Files, txtar.File{Name: "sites", Data: []byte(sites.String())})
	if p.Spans || p.Channels || len(p.Messages) > 0 {
		for i, text := range r.Files {
			checkPositions(t, p.Sources[i], text)
		}
	}
	if r.Changed() {
		checkWoven(t, p, r)
	}
	return want
}

var lineMark = regexp.MustCompile(`/\*line [^*]*\*/`)

// readable returns the lines of a woven source that differ from the user's, with their
// numbers there.
func readable(s Source, woven []byte) string {
	text := lineMark.ReplaceAllString(string(woven), "")
	for strings.HasPrefix(text, "//go:build") || strings.HasPrefix(text, "//line ") || strings.HasPrefix(text, "\n") && s.Src[0] != '\n' {
		_, text, _ = strings.Cut(text, "\n")
	}
	was, is := strings.Split(string(s.Src), "\n"), strings.Split(text, "\n")
	var b strings.Builder
	for i, line := range is {
		if len(was) != len(is) { // something was moved that goes over lines
			fmt.Fprintf(&b, "%s: %s\n", s.Path, line)
		} else if line != was[i] {
			fmt.Fprintf(&b, "%s:%d: %s\n", s.Path, i+1, strings.TrimSpace(line))
		}
	}
	return b.String()
}

// checkWoven checks that woven source type-checks where the source did, and
// that weaving it again changes nothing.
func checkWoven(t *testing.T, p *Package, r *Result) {
	t.Helper()
	woven := *p
	woven.Sources = slices.Clone(p.Sources)
	for i, text := range r.Files {
		woven.Sources[i].Src = text
		if _, err := parser.ParseFile(token.NewFileSet(), p.Sources[i].Path, text, parser.SkipObjectResolution); err != nil {
			t.Errorf("woven source does not parse: %v", err)
		}
	}
	for _, f := range r.Added {
		woven.Sources = append(woven.Sources, Source{Path: f.Name, Src: f.Body})
	}
	if err := typeCheck(p); err == nil {
		if err := typeCheck(&woven); err != nil {
			t.Errorf("woven source does not type-check: %v", err)
		}
	}
	again, err := Weave(&woven)
	if err != nil {
		t.Error(err)
	}
	if again.Changed() {
		t.Error("weaving a woven package changes it")
	}
}

func typeCheck(p *Package) error {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, s := range p.Sources {
		f, err := parser.ParseFile(fset, s.Path, s.Src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	conf := types.Config{GoVersion: p.GoVersion, Importer: p.Importer(fset), Sizes: types.SizesFor("gc", p.Arch)}
	_, err := conf.Check(p.Path, fset, files, nil)
	return err
}

// sourceImporter imports from source, each package once. Packages that use
// cgo are taken without it.
func sourceImporter(*token.FileSet) types.Importer { return source() }

var source = sync.OnceValue(func() types.Importer {
	build.Default.CgoEnabled = false
	return importer.ForCompiler(token.NewFileSet(), "source", nil)
})

// noImporter knows no package but unsafe.
func noImporter(*token.FileSet) types.Importer { return nobody{} }

type nobody struct{}

func (nobody) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}
