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
// "channels" says that its channels carry and its workers start fresh.
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
	}
	want := &txtar.Archive{Comment: ar.Comment}
	for _, f := range ar.Files {
		if strings.HasSuffix(f.Name, ".go") && !strings.Contains(f.Name, "/") {
			p.Sources = append(p.Sources, Source{Path: f.Name, Src: f.Data})
			want.Files = append(want.Files, f)
		}
	}
	p.Spans = pass.AnyContains(p.Sources, pass.OtelTrace)
	if pass.AnyContains(p.Sources, `"net/http"`) { // in lieu of a message
		p.Messages = []rule.Message{
			{Type: "*net/http.Request", From: []rule.Target{{Func: "net/http.ReadRequest"}, {Func: "maps.Keys"}}},
			{Type: "[]*net/http.Cookie", From: []rule.Target{{Func: "(*net/http.Response).Cookies"}}},
			{Type: "*net/http.Cookie"},
			{Type: "*net/http.Response", Sent: true},
		}
	}
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
