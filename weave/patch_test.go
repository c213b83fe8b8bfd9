package weave

import (
	"strings"
	"testing"
)

const patched = `package p

type g struct {
	a int // a field
}

type once struct{}

func (o *once) do(f func()) {
	if o == nil { return }
	f(); f2(
		f,
	)
	o.x = 1
}

func one() int { return 1 }

func two() (int, error) { if b { return 1, nil }; return f() }

func (once) empty() {}

func blank(a, _ int, _ string) {}
`

func TestApplyRule(t *testing.T) {
	rule := &Rule{
		Name:    "test",
		Package: "p",
		Patches: []Patch{
			{Doc: "a field", In: "g", Kind: Field, Code: "drift int"},
			{Doc: "at the start", In: "(*once).do", Kind: Entry, Code: "enter()"},
			{Doc: "before a call", In: "(*once).do", Kind: Before, Stmt: "f()", Code: "before()"},
			{Doc: "after a call of many lines", In: "(*once).do", Kind: After, Stmt: "f2(f", Code: "after()"},
			{Doc: "after the last", In: "(*once).do", Kind: After, Stmt: "o.x =", Code: "after()"},
			{Doc: "instead of the result", In: "one", Kind: Return, Stmt: "return", Code: "2"},
			{Doc: "around the results", In: "two", Kind: Return, Stmt: "return", Code: "wrap($)", Times: 2},
			{Doc: "a blank parameter", In: "blank", Kind: Name, Code: "b"},
			{Doc: "instead of nothing", In: "once.empty", Kind: Empty, Code: "func (once) empty() { full() }"},
		},
		Files:   []File{{Name: "add.go", Body: []byte("// A comment.\n\npackage inject\n\nvar x = atomic.Load\n")}},
		Imports: []string{"internal/runtime/atomic", "unused"},
	}
	r, err := Weave(&Package{Path: "p", Rules: []*Rule{rule}, Sources: []Source{
		{Path: "other.go", Src: []byte("package p\n")},
		{Path: "p.go", Src: []byte(patched)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `//line p.go:1:1
package p

type g struct {
	a int // a field
drift int/*line :5:1*/}

type once struct{}

func (o *once) do(f func()) {enter();
	if o == nil { return }
	before();/*line :11:2*/f(); f2(
		f,
	);after()
	o.x = 1;after()
}

func one() int { return 2/*line :17:26*/ }

func two() (int, error) { if b { return wrap(/*line :19:41*/1, nil)/*line :19:47*/ }; return wrap(/*line :19:58*/f())/*line :19:61*/ }

func (once) empty() { full() }

func blank(a, b/*line :23:16*/ int, _ string) {}
`
	if got := string(r.Files[1]); len(r.Files) != 1 || got != want {
		t.Errorf("got %d files:\n%s\nwant:\n%s", len(r.Files), got, want)
	}
	const added = "//go:build go1.21\n\n//line drift-toolexec/add.go:3\npackage p; import \"internal/runtime/atomic\"\n\nvar x = atomic.Load\n"
	if len(r.Added) != 1 || string(r.Added[0].Body) != added {
		t.Errorf("added %q, want %q", r.Added, added)
	}
}

// TestApplyRuleRefuses checks that a patch that does not land as often as it
// should is an error that names it.
func TestApplyRuleRefuses(t *testing.T) {
	for _, p := range []Patch{
		{Doc: "no such type", In: "m", Kind: Field, Code: "x int"},
		{Doc: "no struct", In: "once2", Kind: Field, Code: "x int"},
		{Doc: "no such function", In: "three", Kind: Entry, Code: "x()"},
		{Doc: "no such method", In: "once.do", Kind: Entry, Code: "x()"},
		{Doc: "no such statement", In: "(*once).do", Kind: Before, Stmt: "f3()", Code: "x()"},
		{Doc: "two such statements", In: "two", Kind: Return, Stmt: "return", Code: "x($)"},
		{Doc: "two results", In: "two", Kind: Return, Stmt: "return 1", Code: "x()"},
		{Doc: "no blank parameter", In: "(*once).do", Kind: Name, Code: "x"},
		{Doc: "not empty", In: "one", Kind: Empty, Code: "x"},
	} {
		rule := &Rule{Name: "test", Package: "p", Patches: []Patch{p}}
		_, err := Weave(&Package{Path: "p", Rules: []*Rule{rule}, Sources: []Source{{Path: "p.go", Src: []byte(patched)}}})
		if err == nil {
			t.Errorf("%s: no error", p.Doc)
		} else if msg := err.Error(); !strings.Contains(msg, p.Doc) || !strings.Contains(msg, "hook test") || !strings.Contains(msg, "times instead of 1") {
			t.Errorf("%s: %v", p.Doc, err)
		}
	}
}

// TestTargetReleases checks that a target is woven in the releases that the
// rule says have it, and in them must be there.
func TestTargetReleases(t *testing.T) {
	const src = "package p\n\nfunc older(f func()) {}\n\nfunc newer(f func()) {}\n"
	rule := &Rule{Name: "test", Package: "p", Bind: []Bind{
		{Target: Target{Func: "p.older", Until: "v1.2.0"}, Param: "f"},
		{Target: Target{Func: "p.newer", Since: "v1.2.0"}, Param: "f"},
	}}
	for _, test := range []struct{ release, src, want string }{
		{"v1.1.9", src, "older"},
		{"v1.2.0", src, "newer"},
		{"", src, "older newer"}, // twice is right, and not at all is not
		{"", strings.Replace(src, "older", "other", 1), "newer"},
		{"v1.3.0", strings.Replace(src, "older", "other", 1), "newer"},
		{"v1.1.9", strings.Replace(src, "older", "other", 1), "hook test: no function older in p; it has newer, other"},
	} {
		r, err := Weave(&Package{Path: "p", Release: test.release, Rules: []*Rule{rule}, Importer: noImporter,
			Sources: []Source{{Path: "p.go", Src: []byte(test.src)}}})
		var got string
		if err != nil {
			got = err.Error()
		} else {
			var names []string
			for _, s := range r.Sites {
				names = append(names, s.Func)
			}
			got = strings.Join(names, " ")
		}
		if got != test.want {
			t.Errorf("release %q:\n%s\ngot %q, want %q", test.release, test.src, got, test.want)
		}
	}
}

// A rule for newer releases leaves older ones as they are, files included.
func TestRuleSince(t *testing.T) {
	rule := &Rule{Name: "test", Package: "p", Since: "v1.2.0", Files: []File{{Name: "add.go", Body: []byte("package inject\n")}}}
	for release, want := range map[string]int{"v1.1.9": 0, "v1.2.0": 1, "": 1} {
		r, err := Weave(&Package{Path: "p", Release: release, Rules: []*Rule{rule}, Sources: []Source{{Path: "p.go", Src: []byte("package p\n")}}})
		if err != nil {
			t.Fatal(err)
		}
		added := 0
		if r != nil {
			added = len(r.Added)
		}
		if added != want {
			t.Errorf("release %q: %d files added, want %d", release, added, want)
		}
	}
}
