package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/drift-go/drift-toolexec/hooks"
)

// Each Go release that the standard library's hooks were tried on has its cells.
func TestReleases(t *testing.T) {
	var have []string
	for _, r := range releases {
		have = append(have, strings.TrimPrefix(minor(r), "go"))
	}
	for _, r := range hooks.All() {
		if r.Module == "" && !slices.Equal(have, r.Tried) {
			t.Errorf("cells for Go %s, but the hook of package %s was tried on %s", have, r.Package, r.Tried)
		}
	}
}

func TestMinor(t *testing.T) {
	for release, want := range map[string]string{
		"go1.26.8": "go1.26", "go1.27rc1": "go1.27", "go1.28": "go1.28",
	} {
		if got := minor(release); got != want {
			t.Errorf("minor(%q) = %q, want %q", release, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	events := `{"Action":"output","Test":"TestScripts/a","Output":"--- SKIP: TestScripts/a (0.00s)\n"}
{"Action":"output","Test":"TestScripts/a","Output":"        > [!service:redis] skip 'no Redis'\n"}
{"Action":"skip","Test":"TestScripts/a"}
{"Action":"pass","Test":"TestScripts/b"}
{"Action":"pass","Test":"TestScripts"}
{"Action":"pass"}
`
	r := result{cell: cell{name: "go1.26/oldest", toolchain: "go1.26.8"}}
	if err := r.read(strings.NewReader(events)); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	ok := table(&out, []result{r})
	want := `
cell           Go        pass  fail  skip  minutes
go1.26/oldest  go1.26.8  1     0     1     0.0
skipped in every cell: a: no Redis
`
	if !ok || out.String() != want {
		t.Errorf("%v, got:\n%s\nwant:\n%s", ok, out.String(), want)
	}
}
