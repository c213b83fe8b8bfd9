package weave

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/drift-go/drift-toolexec/weave/pass"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// TestPositions weaves the spawn sites of real packages and checks that every
// token that go/ast gives a position to keeps its file, line and column.
func TestPositions(t *testing.T) {
	var dirs []string
	for _, dir := range strings.Fields(`net net/http net/rpc database/sql crypto/tls sync os testing runtime/pprof
		go/types cmd/go/internal/work cmd/go/internal/modload cmd/go/internal/test`) {
		dirs = append(dirs, filepath.Join(build.Default.GOROOT, "src", filepath.FromSlash(dir)))
	}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_, module := os.Stat(filepath.Join(path, "go.mod"))
			if name := d.Name(); path != ".." && (module == nil || name == "testdata" || name == "inject" || strings.HasPrefix(name, ".")) {
				return fs.SkipDir
			}
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sites := 0
	for _, dir := range dirs {
		p := load(t, dir)
		if p == nil {
			continue
		}
		r, err := Weave(p)
		if err != nil {
			t.Fatal(err)
		}
		if r == nil {
			continue
		}
		for _, s := range r.Sites {
			if s.Reason != "" && s.Reason != pass.FreshDirective && !strings.Contains(s.Reason, Prefix) {
				t.Errorf("%s: %s", s.Pos, s.Reason)
			}
		}
		sites += len(r.Sites)
		for i, text := range r.Files {
			checkPositions(t, p.Sources[i], text)
		}
		if r.Changed() {
			checkWoven(t, p, r)
		}
	}
	if sites < 200 {
		t.Errorf("wove %d sites only", sites)
	}
	t.Logf("%d sites", sites)
}

// load returns the package in a folder as this system would build it, nil if
// there is none, or nothing to import its imports from.
func load(t *testing.T, dir string) *Package {
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	source() // it turns cgo off
	b, err := build.ImportDir(abs, 0)
	if err != nil {
		return nil
	}
	p := &Package{Path: b.ImportPath, Own: true, Arch: runtime.GOARCH, Importer: sourceImporter}
	for _, name := range append(b.GoFiles, b.TestGoFiles...) {
		src, err := os.ReadFile(filepath.Join(abs, name))
		if err != nil {
			t.Fatal(err)
		}
		p.Sources = append(p.Sources, Source{Path: filepath.Join(abs, name), Src: src})
	}
	return p
}

// checkPositions compares the positions of the nodes of a source and of its
// woven form, as //line directives give them.
func checkPositions(t *testing.T, s Source, woven []byte) {
	t.Helper()
	want, err := positions(s.Path, s.Src)
	if err != nil {
		return
	}
	got, err := positions(s.Path, woven)
	if err != nil {
		t.Errorf("%s: woven source does not parse: %v", s.Path, err)
		return
	}
	bad := 0
	for at, n := range want {
		if got[at] < n && bad < 10 {
			bad++
			t.Errorf("%s: not there any more", at)
		}
	}
}

// positions counts the nodes of a file by kind, text where they have one, and
// position.
func positions(name string, src []byte) (map[string]int, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	ast.Inspect(f, func(n ast.Node) bool {
		text := ""
		end := token.NoPos
		switch n := n.(type) {
		case nil, *ast.File:
			return true
		case *ast.Ident:
			if text = n.Name; text == "make" { // another function may be called
				return true
			}
		case *ast.BasicLit:
			text = n.Value
		case *ast.Comment:
			text = n.Text
		case *ast.BlockStmt:
			end = n.Rbrace
		case *ast.CallExpr:
			if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && id.Name == "make" {
				return true
			}
			end = n.Rparen
		}
		at := fset.Position(n.Pos())
		at.Offset = 0
		key := fmt.Sprintf("%s: %T %q", at, n, text)
		if end.IsValid() {
			key += " to " + fset.Position(end).String()
		}
		count[key]++
		return true
	})
	return count, nil
}

// prelude declares what the golden files' go statements name.
const prelude = `package p

import "unsafe"

type flag bool

type T struct { x, y int; p *T; fn func(...any) }

func (T) val(...any)
func (*T) ptr(...any)

func b() flag
func g(...any) int
func two() (int, string)
func f(...any)
func h(uint8, flag, float64)
func one[A any](A, ...any)
func newT() *T

var _ unsafe.Pointer

func spawns(c chan int, x int, y flag, t T, p *T, a []T, m map[string]func(...any), k func() string) {
`

// FuzzWeave weaves arbitrary source, a file or statements: that must not panic, what parsed must
// parse still, with every position as it was, and what type-checked must do so
// again.
func FuzzWeave(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.txtar", "*.go"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			if _, body, ok := strings.Cut(string(text), "-- in.go --\n"); ok {
				body, _, _ = strings.Cut(body, "-- want")
				text = []byte(body)
			}
			f.Add(text)
			if strings.HasSuffix(name, ".txtar") {
				for _, line := range regexp.MustCompile(`(?m)^\tgo .*$`).FindAll(text, -1) {
					f.Add(line)
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if !bytes.Contains(src, []byte("package")) {
			src = append(append([]byte(prelude), src...), '}')
		}
		p := &Package{Path: "p", Own: true, Arch: "amd64", Importer: noImporter, Sources: []Source{{Path: "in.go", Src: src}}}
		r, err := Weave(p)
		if wrong := (*rule.Error)(nil); errors.As(err, &wrong) {
			return // a directive
		}
		if err != nil {
			t.Fatal(err)
		}
		if !r.Changed() {
			return
		}
		checkPositions(t, p.Sources[0], r.Files[0])
		checkWoven(t, p, r)
	})
}
