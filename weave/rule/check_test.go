package rule

import "testing"

func TestCheck(t *testing.T) {
	good := func() *Rule {
		return &Rule{
			Name: "lib", Doc: "work runs under who handed it over", Package: "example.com/lib/pool", Module: "example.com/lib", Tried: []string{"v1.0.0", "v1.4.0"},
			Bind:    []Bind{{Target: Target{Func: "(*example.com/lib/pool.Pool).Submit"}, Param: "task"}},
			Patches: []Patch{{Doc: "note", In: "Run", Kind: Before, Stmt: "return", Code: "note()"}},
		}
	}
	for _, test := range []struct {
		name   string
		change func(r *Rule)
		want   string
	}{
		{"good", func(*Rule) {}, ""},
		{"no name", func(r *Rule) { r.Name = "" }, "hook : the rule for example.com/lib/pool lacks a Name, a Doc or releases that it was Tried on"},
		{"no module", func(r *Rule) { r.Module = "" }, "hook lib: the rule for example.com/lib/pool says neither that its package is Go's own nor its Module"},
		{"both", func(r *Rule) { r.Std = true }, "hook lib: the rule for example.com/lib/pool is for Go's own and names the module example.com/lib"},
		{"another module", func(r *Rule) { r.Module = "example.com/other" }, "hook lib: package example.com/lib/pool is not in module example.com/other"},
		{"another package", func(r *Rule) { r.Inherit = []Target{{Func: "example.com/lib.Go"}} }, `hook lib: "example.com/lib.Go" names no function of example.com/lib/pool`},
		{"no parameter", func(r *Rule) { r.Bind[0].Param = "" }, "hook lib: names no parameter of (*example.com/lib/pool.Pool).Submit to bind"},
		{"a target's version", func(r *Rule) { r.Bind[0].Since = "1.2" }, "hook lib: (*example.com/lib/pool.Pool).Submit: 1.2 is no version"},
		{"a message's function", func(r *Rule) {
			r.Callers.Messages = []Message{{Type: "*example.com/lib/pool.Msg", From: []Target{{Func: "Poll"}}}}
		},
			`hook lib: "Poll" names no function of example.com/lib/pool`},
		{"no anchor", func(r *Rule) { r.Patches[0].Stmt = "" }, `hook lib: patch "note" (before in example.com/lib/pool.Run) names no Stmt to land at`},
		{"no Go", func(r *Rule) { r.Patches[0].Code = "if x {" },
			"hook lib: patch \"note\" (before in example.com/lib/pool.Run) has Code that does not parse: expected '}', found 'EOF' in `if x {`"},
		{"two lines", func(r *Rule) { r.Patches[0].Code = "a()\nb()" },
			"hook lib: patch \"note\" (before in example.com/lib/pool.Run) has Code of more than one line: `a()\nb()`"},
		{"a patch's version", func(r *Rule) { r.Patches[0].Until = "latest" }, `hook lib: patch "note" (before in example.com/lib/pool.Run) latest is no version`},
		{"a group without a variant", func(r *Rule) { r.Patches[0].Group, r.Patches[0].Since = "note", "v1.1.0" },
			`hook lib: group "note" has 0 variants for v1.0.0, where one release has but one`},
	} {
		r := good()
		test.change(r)
		got := ""
		if err := r.Check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, test.want)
		}
	}
}
