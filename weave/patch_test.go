package weave

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drift-go/drift-toolexec/weave/rule"
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

func within() { if a { f() }; if b { f() }; if c { func() { f() }() } }
`

func TestApplyRule(t *testing.T) {
	hook := &rule.Rule{
		Name:    "test",
		Package: "p",
		Patches: []rule.Patch{
			{Doc: "a field", In: "g", Kind: rule.Field, Code: "drift int"},
			{Doc: "at the start", In: "(*once).do", Kind: rule.Entry, Code: "enter()"},
			{Doc: "before a call", In: "(*once).do", Kind: rule.Before, Stmt: "f()", Code: "before()"},
			{Doc: "after a call of many lines", In: "(*once).do", Kind: rule.After, Stmt: "f2(f", Code: "after()"},
			{Doc: "after the last", In: "(*once).do", Kind: rule.After, Stmt: "o.x =", Code: "after()"},
			{Doc: "instead of the result", In: "one", Kind: rule.Return, Stmt: "return", Code: "2"},
			{Doc: "around the results", In: "two", Kind: rule.Return, Stmt: "return", Code: "wrap($)", Times: 2},
			{Doc: "a blank parameter", In: "blank", Kind: rule.Name, Code: "b"},
			{Doc: "of two alike", In: "within", Kind: rule.Before, Stmt: "f()", Within: "if b", Code: "g()"},
			{Doc: "instead of nothing", In: "once.empty", Kind: rule.Empty, Code: "func (once) empty() { full() }"},
		},
		Files:   []rule.File{{Name: "add.go", Body: []byte("// A comment.\n\npackage inject\n\nvar x = atomic.Load\n")}},
		Imports: []string{"internal/runtime/atomic", "unused"},
	}
	r, err := Weave(&Package{Path: "p", Rules: []*rule.Rule{hook}, Sources: []Source{
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

func within() { if a { f() }; if b { g();/*line :25:38*/f() }; if c { func() { f() }() } }
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
// should, or where it can't, is an error that names it and says why.
func TestApplyRuleRefuses(t *testing.T) {
	const landed = "landed 0 times instead of 1: "
	for _, test := range []struct {
		p    rule.Patch
		want string
	}{
		{rule.Patch{Doc: "no such type", In: "m", Kind: rule.Field, Code: "x int"}, landed + "no struct m in the package; it has g, once"},
		{rule.Patch{Doc: "no struct", In: "once2", Kind: rule.Field, Code: "x int"}, landed + "no struct once2 in the package; it has once"},
		{rule.Patch{Doc: "no such function", In: "twofold", Kind: rule.Entry, Code: "x()"}, landed + "no function twofold in the package; it has two"},
		{rule.Patch{Doc: "no such method", In: "once.do", Kind: rule.Entry, Code: "x()"}, landed + "no function once.do in the package; it has (*once).do"},
		{rule.Patch{Doc: "no such statement", In: "(*once).do", Kind: rule.Before, Stmt: "f3()", Code: "x()"}, landed + "no statement of (*once).do begins with `f3()`; the nearest are `f()`, `f2(f)`"},
		{rule.Patch{Doc: "no statement like it", In: "one", Kind: rule.Before, Stmt: "x--", Code: "x()"}, landed + "no statement of one begins with `x--`, nor like it"},
		{rule.Patch{Doc: "two such statements", In: "two", Kind: rule.Return, Stmt: "return", Code: "x($)"}, "landed 2 times instead of 1: at p.go:19, p.go:19"},
		{rule.Patch{Doc: "two results", In: "two", Kind: rule.Return, Stmt: "return 1", Code: "x()"}, landed + "`return 1, nil` returns 2 results, and Code has no $ for them"},
		{rule.Patch{Doc: "no result", In: "(*once).do", Kind: rule.Return, Stmt: "return", Code: "x()"}, landed + "`return` returns nothing that is spelled out"},
		{rule.Patch{Doc: "no return", In: "(*once).do", Kind: rule.Return, Stmt: "f()", Code: "x()"}, landed + "`f()` is no return statement"},
		{rule.Patch{Doc: "no blank parameter", In: "(*once).do", Kind: rule.Name, Code: "x"}, landed + "(*once).do has no blank parameter"},
		{rule.Patch{Doc: "not empty", In: "one", Kind: rule.Empty, Code: "func one() {}"}, landed + "one has a body that is not empty"},

		{rule.Patch{Doc: "within no such statement", In: "within", Kind: rule.Before, Stmt: "f()", Within: "if c", Code: "x()"},
			landed + "no statement of within begins with `f()` within one that begins with `if c`; the nearest are `f()`, "},

		{rule.Patch{Doc: "half a statement", In: "one", Kind: rule.Entry, Code: "if x {"}, "has Code that does not parse: expected '}', found 'EOF' in `if x {`"},
		{rule.Patch{Doc: "no expression", In: "one", Kind: rule.Return, Stmt: "return", Code: "f($"}, "has Code that does not parse: missing ',' in argument list in `f($`"},
		{rule.Patch{Doc: "no name", In: "blank", Kind: rule.Name, Code: "a b"}, "has Code that does not parse: "},
		{rule.Patch{Doc: "no field", In: "g", Kind: rule.Field, Code: "x :="}, "has Code that does not parse: "},
		{rule.Patch{Doc: "two lines", In: "one", Kind: rule.Entry, Code: "f()\nf()"}, "has Code of more than one line: "},

		{rule.Patch{Doc: "a select's send", In: "places", Kind: rule.Before, Stmt: "c <- 1", Code: "x()"},
			"lands at p.go:28 on `c <- 1`, what a select's case sends or receives, where no statement can stand; the nearest that can have one are `select { case c <- 1: f() }` around it and `f()` behind it"},
		{rule.Patch{Doc: "an if's header", In: "places", Kind: rule.After, Stmt: "a := f()", Code: "x()"},
			"lands at p.go:29 on `a := f()`, in the header of an if, where no statement can stand; the nearest that can have one are `if a := f(); a { g(a) } else if b { }` around it and `g(a)` behind it"},
		{rule.Patch{Doc: "behind an else", In: "places", Kind: rule.Before, Stmt: "if b", Code: "x()"}, "on `if b { }`, behind an else, where"},
		{rule.Patch{Doc: "a for's header", In: "places", Kind: rule.Before, Stmt: "i++", Code: "x()"}, "on `i++`, in the header of a for, where"},
		{rule.Patch{Doc: "a switch's header", In: "places", Kind: rule.Before, Stmt: "k :=", Code: "x()"}, "on `k := 1`, in the header of a switch, where"},
		{rule.Patch{Doc: "a clause", In: "places", Kind: rule.Before, Stmt: "case 1:", Code: "x()"}, "lands at p.go:32 on `case 1:`, a clause, where no statement can stand; the nearest that can have one are `switch k := 1; k { case 1: }` around it"},
		{rule.Patch{Doc: "behind a label", In: "places", Kind: rule.Before, Stmt: "for i", Code: "x()"}, "behind the label loop, where"},
	} {
		p := test.p
		hook := &rule.Rule{Name: "test", Package: "p", Patches: []rule.Patch{p}}
		pkg := Package{Path: "p", Strict: true, Rules: []*rule.Rule{hook}, Sources: []Source{{Path: "p.go", Src: []byte(patched + places)}}}
		_, err := Weave(&pkg)
		want := fmt.Sprintf("hook test: patch %q (%s in p.%s) %s", p.Doc, p.Kind, p.In, test.want)
		if err == nil {
			t.Errorf("%s: no error", p.Doc)
		} else if got := err.Error(); got != want && !(strings.HasPrefix(got, fmt.Sprintf("hook test: patch %q ", p.Doc)) && strings.Contains(got, test.want)) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if pkg.Vital, pkg.Strict = true, false; err != nil {
			if _, err := Weave(&pkg); err == nil {
				t.Errorf("%s: no error in a package that all others build on", p.Doc)
			}
		}
	}
}

const places = `
func places(c chan int) {
	select { case c <- 1: f() }
	if a := f(); a { g(a) } else if b { }
loop:
	for i := 0; i < 2; i++ { continue loop }
	switch k := 1; k { case 1: }
}
`

// A hook that does not fit is left out as a whole, and said to be; what else is
// woven into the package stays.
func TestStepAside(t *testing.T) {
	fits := &rule.Rule{Name: "fits", Package: "p", Patches: []rule.Patch{{Doc: "at the start", In: "one", Kind: rule.Entry, Code: "enter()"}}}
	no := &rule.Rule{Name: "not", Package: "p", Patches: []rule.Patch{
		{Doc: "a field", In: "g", Kind: rule.Field, Code: "drift int"},
		{Doc: "nowhere", In: "three", Kind: rule.Entry, Code: "x()"},
	}, Files: []rule.File{{Name: "add.go", Body: []byte("package inject\n")}}}
	p := &Package{Path: "p", Rules: []*rule.Rule{no, fits}, Sources: []Source{{Path: "p.go", Src: []byte(patched)}}}
	r, err := Weave(p)
	if err != nil {
		t.Fatal(err)
	}
	const why = `hook not: patch "nowhere" (entry in p.three) landed 0 times instead of 1: no function three in the package; it has (*once).do, blank, once.empty, one, two, within`
	if len(r.Aside) != 1 || r.Aside[0].Error() != why || r.Aside[0].Hook != no {
		t.Errorf("left out: %v", r.Aside)
	}
	if len(r.Sites) != 1 || r.Sites[0].Kind != "hook" || r.Sites[0].Pos.Filename != "p.go" || r.Sites[0].Reason != "left out: "+why {
		t.Errorf("sites: %v", r.Sites)
	}
	text := string(r.Files[0])
	if strings.Contains(text, "drift int") || !strings.Contains(text, "{enter();") || len(r.Added) != 0 {
		t.Errorf("woven: %s\nadded: %v", text, r.Added)
	}
	p.Rules = []*rule.Rule{no}
	if r, err = Weave(p); err != nil || r.Changed() || len(r.Aside) != 1 {
		t.Errorf("alone: %+v, %v", r, err)
	}
}

// Where the release is known, the patches that are for it must land; where it is
// not, one of those that stand in for each other.
func TestPatchReleases(t *testing.T) {
	const older, newer, both = "package p\n\nfunc f() { a() }\n", "package p\n\nfunc f() { b() }\n", "package p\n\nfunc f() { a(); b() }\n"
	const neither = "package p\n\nfunc f() { c() }\n"
	patches := []rule.Patch{
		{Doc: "older", In: "f", Kind: rule.Before, Stmt: "a()", Code: "old()", Until: "v1.2.0", Group: "f"},
		{Doc: "newer", In: "f", Kind: rule.Before, Stmt: "b()", Code: "new()", Since: "v1.2.0", Group: "f"},
		{Doc: "only newer", In: "g", Kind: rule.Entry, Code: "g()", Since: "v1.3.0"},
	}
	for _, test := range []struct{ release, src, want string }{
		{"v1.1.0", older, "old()"},
		{"v1.2.0", newer, "new()"},
		{"v1.2.0", both, "new()"},
		{"v1.1.0", newer, "patch \"older\" (before in p.f) landed 0 times instead of 1: no statement of f begins with `a()`, nor like it"},
		{"v1.2.0", older, "patch \"newer\" (before in p.f) landed 0 times instead of 1: no statement of f begins with `b()`, nor like it"},
		{"v1.3.0", newer, "patch \"only newer\" (entry in p.g) landed 0 times instead of 1: no function g in the package; it has f"},
		{"v1.3.0", newer + "func g() {}\n", "new() g()"},
		{"", older, "old()"},
		{"", newer, "new()"},
		{"", newer + "func g() {}\n", "new() g()"},
		{"", both, "patch \"newer\" (before in p.f) 2 variants of \"f\" land, where one release has but one"},
		{"", neither, "patch \"newer\" (before in p.f) landed 0 times instead of 1: no statement of f begins with `b()`, nor like it; none of the 2 variants of \"f\" lands"},
	} {
		hook := &rule.Rule{Name: "test", Package: "p", Patches: patches}
		r, err := Weave(&Package{Path: "p", Release: test.release, Vital: true, Rules: []*rule.Rule{hook}, Sources: []Source{{Path: "p.go", Src: []byte(test.src)}}})
		var got string
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "hook test: ")
		} else {
			for _, code := range []string{"old()", "new()", "g();"} {
				if strings.Contains(string(r.Files[0]), code) {
					got += strings.TrimSuffix(code, ";") + " "
				}
			}
			got = strings.TrimSpace(got)
		}
		if got != test.want {
			t.Errorf("release %q:\n%s\ngot  %s\nwant %s", test.release, test.src, got, test.want)
		}
	}
}

// In Go's own packages and in OpenTelemetry, what only some releases have must be
// woven where its function is, though nobody knows the release.
func TestPatchUnknownRelease(t *testing.T) {
	hook := &rule.Rule{Name: "test", Package: "p", Patches: []rule.Patch{
		{Doc: "newer", In: "f", Kind: rule.Before, Stmt: "b()", Code: "new()", Since: "v1.2.0"},
		{Doc: "always", In: "f", Kind: rule.Entry, Code: "enter()"},
	}}
	for _, vital := range []bool{true, false} {
		_, err := Weave(&Package{Path: "p", Vital: vital, Strict: true, Rules: []*rule.Rule{hook},
			Sources: []Source{{Path: "p.go", Src: []byte("package p\n\nfunc f() { c() }\n")}}})
		if (err != nil) != vital {
			t.Errorf("vital %t: %v", vital, err)
		}
	}
}

// TestTargetReleases checks that a target is woven in the releases that the
// rule says have it, and in them must be there.
func TestTargetReleases(t *testing.T) {
	const src = "package p\n\nfunc older(f func()) {}\n\nfunc newer(f func()) {}\n"
	hook := &rule.Rule{Name: "test", Package: "p", Bind: []rule.Bind{
		{Target: rule.Target{Func: "p.older", Until: "v1.2.0"}, Param: "f"},
		{Target: rule.Target{Func: "p.newer", Since: "v1.2.0"}, Param: "f"},
	}}
	for _, test := range []struct{ release, src, want string }{
		{"v1.1.9", src, "older"},
		{"v1.2.0", src, "newer"},
		{"", src, "older newer"}, // twice is right, and not at all is not
		{"", strings.Replace(src, "older", "other", 1), "newer"},
		{"v1.3.0", strings.Replace(src, "older", "other", 1), "newer"},
		{"v1.1.9", strings.Replace(src, "older", "other", 1), "hook test: no function older in p; it has newer, other"},
	} {
		r, err := Weave(&Package{Path: "p", Release: test.release, Strict: true, Rules: []*rule.Rule{hook}, Importer: noImporter,
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
	hook := &rule.Rule{Name: "test", Package: "p", Since: "v1.2.0", Files: []rule.File{{Name: "add.go", Body: []byte("package inject\n")}}}
	for release, want := range map[string]int{"v1.1.9": 0, "v1.2.0": 1, "": 1} {
		r, err := Weave(&Package{Path: "p", Release: release, Rules: []*rule.Rule{hook}, Sources: []Source{{Path: "p.go", Src: []byte("package p\n")}}})
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
