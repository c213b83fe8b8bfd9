// Package weave turns Go source and rules into woven Go source.
//
// In: the text of one package's files as the compiler is about to read them,
// and what the caller knows about the package. Out: new text for the files
// that change, files to add, and the list of sites, woven or left alone.
//
// Splices go into the original bytes at syntax positions; nothing is ever
// reprinted. Every statement keeps its file, line and column. Woven code
// imports nothing that the package did not import before. Source that does
// not parse or type-check is left as it is, so that the compiler speaks, not
// this package. The package knows no library but OpenTelemetry's trace API,
// runs no command and reads no file.
package weave

import (
	"cmp"
	"errors"
	"go/token"
	"slices"
	"sort"

	"github.com/drift-go/drift-toolexec/weave/ask"
	"github.com/drift-go/drift-toolexec/weave/channel"
	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/handoff"
	"github.com/drift-go/drift-toolexec/weave/message"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/patch"
	"github.com/drift-go/drift-toolexec/weave/rule"
	"github.com/drift-go/drift-toolexec/weave/serve"
	"github.com/drift-go/drift-toolexec/weave/span"
	"github.com/drift-go/drift-toolexec/weave/spawn"
)

// extents weaves how long what becomes current stays so, and notes what importers must
// know of the package's functions.
func (w *weaver) extents() error {
	w.messages.PutAway()
	w.spans.Decide()
	w.funcs.Weave()
	if !w.Own {
		return nil
	}
	for _, u := range w.funcs.All {
		if u.Decl == nil {
			continue
		}
		if code := w.spans.Fact(u) + w.channels.Fact(u) + w.servers.Fact(u); code != "" {
			w.Facts = append(w.Facts, pass.FuncName(u.Decl)+"="+code)
		}
		w.Iterates = w.Iterates || pass.Iterates(u.Decl.Signature())
	}
	return nil
}

// Weave weaves a package. A nil Result means there is nothing to weave. What
// does not parse or type-check is in the Result's sites, and nothing is changed
// then. A hook that does not fit the package is in them too, and nothing of it is
// woven; where it must fit, that is an error. So is what is wrong with a directive
// or with what the configuration wants: an *Error.
func Weave(p *pass.Package) (*pass.Result, error) {
	with := *p
	var aside []*rule.Error
	for {
		res, err := weave(&with)
		var e *rule.Error
		if errors.As(err, &e) && e.Hook != nil && e.At == "" && !p.Vital && !p.Strict {
			// Once more, without it: what it has spliced in so far is lost with the rest.
			with.Rules = slices.DeleteFunc(slices.Clone(with.Rules), func(r *rule.Rule) bool { return r == e.Hook })
			aside = append(aside, e)
			continue
		}
		if err != nil || len(aside) == 0 {
			return res, err
		}
		if res == nil {
			res = &pass.Result{}
		}
		res.Aside = aside
		for _, e := range aside {
			res.Sites = slices.Insert(res.Sites, 0, pass.Site{Kind: pass.SiteHook, Pos: p.Start(), Reason: "left out: " + e.Error()})
		}
		return res, nil
	}
}

// weaver weaves one package: what each kind of weaving knows of it.
type weaver struct {
	*pass.Pass
	patches  *patch.Weaver
	funcs    *extent.Funcs
	spans    *span.Source
	messages *message.Source
	channels *channel.Source
	asks     *ask.Weaver
	servers  *serve.Servers
	spawns   *spawn.Weaver
	handOffs *handoff.Weaver
}

func newWeaver(p *pass.Package) *weaver {
	pass := pass.New(p)
	funcs := extent.New(pass)
	messages := message.New(funcs)
	servers := serve.New(funcs, messages)
	return &weaver{
		Pass: pass, patches: patch.New(pass), funcs: funcs,
		spans: span.New(funcs), messages: messages, channels: channel.New(funcs), asks: ask.New(pass),
		servers: servers, spawns: spawn.New(servers), handOffs: handoff.New(servers),
	}
}

// steps are the kinds of weaving in their order. What one splices in at a place stands
// outside of what those before it have put there: so the order is part of what is woven.
var steps = []struct {
	doc  string
	when func(w *weaver) bool
	do   func(w *weaver) error
	by   string // what wants its sites, if that is not the scope or a rule
}{
	{
		"directives that bind, and complaints about those that mean nothing: before anything else, they may be wrong",
		func(w *weaver) bool { return w.Plan.Directives },
		func(w *weaver) error { return w.handOffs.CheckDirectives() },
		"directive",
	},
	{
		"what the package's hook and the configuration say of it: it may take spawn sites and hand-offs out of what follows",
		func(w *weaver) bool { return true },
		(*weaver).rules,
		"",
	},
	{
		"a look at all functions, before anything is woven: who receives, who serves",
		func(w *weaver) bool { return w.Plan.Spans || w.Plan.Receives || w.Plan.Serve },
		(*weaver).survey,
		"",
	},
	{
		"channels that carry, where they are made",
		func(w *weaver) bool { return w.Plan.Channels },
		func(w *weaver) error { w.channels.WeaveMakes(); return nil },
		"",
	},
	{
		"calls that a fresh directive speaks for",
		func(w *weaver) bool { return w.Plan.Directives },
		func(w *weaver) error { w.handOffs.WeaveFreshCalls(); return nil },
		"directive",
	},
	{
		"hand-offs of what serves, by a hook: they start fresh",
		func(w *weaver) bool { return w.Plan.Serve && len(w.HandOffs) > 0 },
		func(w *weaver) error { w.handOffs.WeaveFreshWork(); return nil },
		"",
	},
	{
		"calls that ask a ctx for its span",
		func(w *weaver) bool { return w.Plan.Asks },
		func(w *weaver) error { w.asks.Weave(); return nil },
		"",
	},
	{
		"hand-offs by a mark: inside what a start of a span wraps",
		func(w *weaver) bool { return w.Plan.Marks },
		func(w *weaver) error { w.handOffs.WeaveMarks(); return nil },
		"",
	},
	{
		"sends that a fresh directive speaks for: the marks know which directives are theirs",
		func(w *weaver) bool { return w.Plan.Channels },
		func(w *weaver) error { w.channels.WeaveFreshSends(); return nil },
		"directive",
	},
	{
		"spans that are started, and what is received: what that puts before a go statement must precede its mark",
		func(w *weaver) bool { return w.Plan.Spans || w.Plan.Receives },
		(*weaver).extents,
		"",
	},
	{
		"messages that are sent on a channel: around what a start, or a receive, is wrapped in",
		func(w *weaver) bool { return w.Plan.Receives },
		func(w *weaver) error { w.messages.WeaveSends(); return nil },
		"",
	},
	{
		"go statements, around all that",
		func(w *weaver) bool { return w.Plan.Spawns },
		func(w *weaver) error { w.spawns.Weave(); return nil },
		"",
	},
}

// weave weaves a package by all of its rules.
func weave(p *pass.Package) (*pass.Result, error) {
	w := newWeaver(p)
	if !w.Plan.Typed() && !w.Plan.Spawns && !w.Plan.Directives && len(p.Rules) == 0 {
		return nil, nil
	}
	if pass.AnyFunc(p.Sources, pass.HasPrefixed) {
		return w.Aside(pass.SitePackage, "the source already holds names that begin with "+pass.Prefix), nil
	}
	if reason := w.read(); reason != "" {
		return w.Aside(pass.SitePackage, reason), nil
	}
	w.Raise = w.Plan.Typed() && w.NeedsRaise()
	for _, s := range steps {
		if s.when(w) {
			w.By = s.by
			if err := s.do(w); err != nil {
				return nil, err
			}
		}
	}
	return w.result()
}

// rules weaves what rules say of the package.
func (w *weaver) rules() error {
	for _, r := range w.Rules {
		if w.Without(r.Since, "") {
			continue
		}
		if err := w.rule(r); err != nil {
			return err
		}
	}
	return nil
}

func (w *weaver) rule(r *rule.Rule) error {
	defer func() { w.By = "" }()
	if err := w.patches.Apply(r); err != nil {
		return err
	}
	for _, b := range r.Bind {
		w.By = pass.ByRule(r, b.At)
		if err := w.handOffs.Bind(r, b); err != nil {
			return err
		}
	}
	for _, t := range r.Inherit {
		w.By = pass.ByRule(r, t.At)
		if err := w.spawns.Inherit(r, t); err != nil {
			return err
		}
	}
	for _, t := range r.Fresh {
		w.By = pass.ByRule(r, t.At)
		if err := w.handOffs.FreshTarget(r, t); err != nil {
			return err
		}
	}
	for _, t := range r.Asks {
		w.By = pass.ByRule(r, t.At)
		if err := w.asks.Target(r, t); err != nil {
			return err
		}
	}
	if err := w.messages.Check(r); err != nil {
		return err
	}
	return w.patches.Inject(r)
}

// survey looks at the package's functions.
func (w *weaver) survey() error {
	w.funcs.Survey(w.spans, w.messages, w.channels)
	if w.Plan.Channels {
		w.channels.ReturnJobs()
	}
	return nil
}

// read parses what there is to weave, and type-checks it if that is needed. It
// returns why it can't.
func (w *weaver) read() string {
	if err := w.Parse(w.Plan.Typed()); err != nil {
		return "does not parse: " + err.Error()
	}
	if !w.Plan.Typed() {
		if !w.Plan.Spawns || !spawn.NeedsTypes(w.Pass) {
			return ""
		}
		w.Files, w.Fset = nil, cmp.Or(w.Package.Fset, token.NewFileSet())
		if err := w.Parse(true); err != nil {
			return "does not parse: " + err.Error()
		}
		w.Plan.Spans = w.Spans
	}
	if err := w.Check(); err != nil {
		return "does not type-check: " + err.Error()
	}
	return ""
}

func (w *weaver) result() (*pass.Result, error) {
	r := &pass.Result{Files: map[int][]byte{}, Added: w.Added, Sites: w.Sites}
	sort.SliceStable(r.Sites, func(i, j int) bool {
		a, b := r.Sites[i].Pos, r.Sites[j].Pos
		if a.Filename != b.Filename {
			return a.Filename < b.Filename
		}
		return a.Offset < b.Offset
	})
	for _, f := range w.Files {
		if f.Empty() {
			continue
		}
		above := ""
		if w.Raise && !f.Raise() {
			above = pass.Raised + "\n\n"
		}
		name := w.Sources[f.Index].Path
		r.Files[f.Index] = append([]byte(above), f.Render(name)...)
		if err := patch.Check(f, name, r.Files[f.Index]); err != nil {
			return nil, err
		}
	}
	if r.Facts = w.FactsText(); len(w.Need) > 0 || r.Facts != nil {
		r.Added = append(r.Added, rule.File{Name: "inject.go", Body: w.Injected()})
	}
	if len(r.Files) == 0 && len(r.Added) == 0 && len(r.Sites) == 0 {
		return nil, nil
	}
	return r, nil
}
