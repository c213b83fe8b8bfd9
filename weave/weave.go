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
	"errors"
	"go/token"
	"slices"
	"sort"
)

// Weave weaves a package. A nil Result means there is nothing to weave. What
// does not parse or type-check is in the Result's sites, and nothing is changed
// then. A hook that does not fit the package is in them too, and nothing of it is
// woven; where it must fit, that is an error. So is what is wrong with a directive
// or with what the configuration wants: an *Error.
func Weave(p *Package) (*Result, error) {
	with := *p
	var aside []*Error
	for {
		res, err := with.weave()
		var e *Error
		if errors.As(err, &e) && e.Hook != nil && e.At == "" && !p.Vital && !p.Strict {
			// Once more, without it: what it has spliced in so far is lost with the rest.
			with.Rules = slices.DeleteFunc(slices.Clone(with.Rules), func(r *Rule) bool { return r == e.Hook })
			aside = append(aside, e)
			continue
		}
		if err != nil || len(aside) == 0 {
			return res, err
		}
		if res == nil {
			res = &Result{}
		}
		res.Aside = aside
		for _, e := range aside {
			res.Sites = slices.Insert(res.Sites, 0, Site{Kind: "hook", Pos: p.start(), Reason: "left out: " + e.Error()})
		}
		return res, nil
	}
}

// weaver weaves one package: what each kind of weaving knows of it.
type weaver struct {
	*Pass
	patches  *Patches
	funcs    *Funcs
	spans    *Spans
	messages *Messages
	channels *Channels
	asks     *Asks
	servers  *Servers
	spawns   *Spawns
	handOffs *HandOffs
}

func newWeaver(p *Package) *weaver {
	pass := newPass(p)
	funcs := &Funcs{Pass: pass}
	messages := newMessages(funcs)
	servers := &Servers{Funcs: funcs, messages: messages, how: map[*unit]string{}}
	return &weaver{
		Pass: pass, patches: &Patches{pass}, funcs: funcs,
		spans: &Spans{Funcs: funcs}, messages: messages, channels: newChannels(funcs), asks: &Asks{Pass: pass},
		servers: servers, spawns: &Spawns{servers}, handOffs: newHandOffs(servers),
	}
}

// steps are the kinds of weaving in their order. What one splices in at a place stands
// outside of what those before it have put there: so the order is part of what is woven.
var steps = []struct {
	doc  string
	when func(w *weaver) bool
	do   func(w *weaver) error
}{
	{
		"directives that bind, and complaints about those that mean nothing: before anything else, they may be wrong",
		func(w *weaver) bool { return w.directives },
		func(w *weaver) error { return w.handOffs.checkDirectives() },
	},
	{
		"what the package's hook and the configuration say of it: it may take spawn sites and hand-offs out of what follows",
		func(w *weaver) bool { return true },
		(*weaver).rules,
	},
	{
		"a look at all functions, before anything is woven: who receives, who serves",
		func(w *weaver) bool { return w.plan.spans || w.receives || w.serve },
		(*weaver).survey,
	},
	{
		"channels that carry, where they are made",
		func(w *weaver) bool { return w.plan.channels },
		func(w *weaver) error { w.channels.makes(); return nil },
	},
	{
		"calls that a fresh directive speaks for",
		func(w *weaver) bool { return w.directives },
		func(w *weaver) error { w.handOffs.freshCalls(); return nil },
	},
	{
		"hand-offs of what serves, by a hook: they start fresh",
		func(w *weaver) bool { return w.serve && len(w.HandOffs) > 0 },
		func(w *weaver) error { w.handOffs.freshWork(); return nil },
	},
	{
		"calls that ask a ctx for its span",
		func(w *weaver) bool { return w.plan.asks },
		func(w *weaver) error { w.asks.weave(); return nil },
	},
	{
		"hand-offs by a mark: inside what a start of a span wraps",
		func(w *weaver) bool { return w.marks },
		func(w *weaver) error { w.handOffs.markCalls(); return nil },
	},
	{
		"sends that a fresh directive speaks for: the marks know which directives are theirs",
		func(w *weaver) bool { return w.plan.channels },
		func(w *weaver) error { w.channels.freshSends(); return nil },
	},
	{
		"spans that are started, and what is received: what that puts before a go statement must precede its mark",
		func(w *weaver) bool { return w.plan.spans || w.receives },
		(*weaver).extents,
	},
	{
		"messages that are sent on a channel: around what a start, or a receive, is wrapped in",
		func(w *weaver) bool { return w.receives },
		func(w *weaver) error { w.messages.sends(); return nil },
	},
	{
		"go statements, around all that",
		func(w *weaver) bool { return w.plan.spawns },
		func(w *weaver) error { w.spawns.weave(); return nil },
	},
}

// weave weaves a package by all of its rules.
func (p *Package) weave() (*Result, error) {
	w := newWeaver(p)
	if !w.typed() && !w.plan.spawns && !w.directives && len(p.Rules) == 0 {
		return nil, nil
	}
	if anyFunc(p.Sources, hasPrefixed) {
		return w.aside("package", "the source already holds names that begin with "+Prefix), nil
	}
	if reason := w.read(); reason != "" {
		return w.aside("package", reason), nil
	}
	w.raise = w.typed() && w.needsRaise()
	for _, s := range steps {
		if s.when(w) {
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
		if w.without(r.Since, "") {
			continue
		}
		if err := w.rule(r); err != nil {
			return err
		}
	}
	return nil
}

func (w *weaver) rule(r *Rule) error {
	if err := w.patches.patches(r); err != nil {
		return err
	}
	for _, b := range r.Bind {
		if err := w.handOffs.bindTarget(r, b); err != nil {
			return err
		}
	}
	for _, t := range r.Inherit {
		if err := w.spawns.inherit(r, t); err != nil {
			return err
		}
	}
	for _, t := range r.Fresh {
		if err := w.handOffs.freshTarget(r, t); err != nil {
			return err
		}
	}
	for _, t := range r.Asks {
		if err := w.asks.asksTarget(r, t); err != nil {
			return err
		}
	}
	if err := w.messages.checkMessages(r); err != nil {
		return err
	}
	return w.patches.inject(r)
}

// survey looks at the package's functions.
func (w *weaver) survey() error {
	w.spans.span = w.spanInterface()
	w.funcs.survey(w.spans, w.messages, w.channels)
	if w.plan.channels {
		w.channels.returnJobs()
	}
	return nil
}

// extents weaves how long what becomes current stays so, and notes what importers must
// know of the package's functions.
func (w *weaver) extents() error {
	w.messages.putAway()
	w.spans.decide()
	w.funcs.weaveAll()
	if !w.Own {
		return nil
	}
	for _, u := range w.funcs.all {
		if u.decl == nil {
			continue
		}
		if code := w.spans.fact(u) + w.channels.fact(u) + w.servers.fact(u); code != "" {
			w.facts = append(w.facts, funcName(u.decl)+"="+code)
		}
		w.iterates = w.iterates || iterates(u.decl.Signature())
	}
	return nil
}

// read parses what there is to weave, and type-checks it if that is needed. It
// returns why it can't.
func (w *weaver) read() string {
	if err := w.parse(w.typed()); err != nil {
		return "does not parse: " + err.Error()
	}
	if !w.typed() {
		if !w.plan.spawns || !w.spawnNeedsTypes() {
			return ""
		}
		w.files, w.fset = nil, token.NewFileSet()
		if err := w.parse(true); err != nil {
			return "does not parse: " + err.Error()
		}
		w.plan.spans = w.Spans
	}
	if err := w.check(); err != nil {
		return "does not type-check: " + err.Error()
	}
	return ""
}

func (w *weaver) result() (*Result, error) {
	r := &Result{Files: map[int][]byte{}, Added: w.added, Sites: w.sites}
	sort.SliceStable(r.Sites, func(i, j int) bool {
		a, b := r.Sites[i].Pos, r.Sites[j].Pos
		if a.Filename != b.Filename {
			return a.Filename < b.Filename
		}
		return a.Offset < b.Offset
	})
	for _, f := range w.files {
		if f.empty() {
			continue
		}
		above := ""
		if w.raise && !f.raise() {
			above = raised + "\n\n"
		}
		name := w.Sources[f.index].Path
		r.Files[f.index] = append([]byte(above), f.render(name)...)
		if err := f.checkPatched(name, r.Files[f.index]); err != nil {
			return nil, err
		}
	}
	if len(w.need)+len(w.facts) > 0 || w.iterates {
		r.Added = append(r.Added, File{Name: "inject.go", Body: w.injected()})
	}
	if len(r.Files) == 0 && len(r.Added) == 0 && len(r.Sites) == 0 {
		return nil, nil
	}
	return r, nil
}
