package weave

import (
	"bytes"
	"slices"
	"strings"
)

// plan says what there may be to weave, told by bytes alone.
type plan struct {
	spans      bool // starts of spans
	spawns     bool // go statements of a package in scope
	marks      bool // calls of functions that take the mark
	receives   bool // messages received, or sent, by the user's own goroutine
	channels   bool // channels that carry, made or received from
	asks       bool // calls that ask a ctx for its span or its baggage
	binds      bool // rules or directives that name functions
	directives bool
	serve      bool // what may start a goroutine that serves
}

func (p *Package) plan() plan {
	pl := plan{
		spans:      p.Spans && (p.Own || anyContains(p.Sources, ".Start(")),
		spawns:     p.Own && anyFunc(p.Sources, hasSpawn),
		channels:   p.Own && p.Channels && anyFunc(p.Sources, hasChannel),
		asks:       p.Spans && (p.Asks || slices.ContainsFunc(p.Rules, func(r *Rule) bool { return len(r.Asks) > 0 })) && anyFunc(p.Sources, mayAsk),
		directives: p.Own && anyContains(p.Sources, directive),
	}
	pl.receives = pl.channels || p.Own && len(p.Messages) > 0
	if p.Own {
		names := lastNames(p.Marks)
		pl.marks = anyFunc(p.Sources, func(src []byte) bool { return hasName(src, names) })
	}
	pl.serve = p.Workers && (pl.spawns || pl.marks || p.Own && len(p.HandOffs) > 0 && anyFunc(p.Sources, func(src []byte) bool { return hasName(src, lastNames(p.HandOffs)) }))
	for _, r := range p.Rules {
		pl.binds = pl.binds || len(r.Bind)+len(r.Inherit)+len(r.Fresh)+len(r.Asks) > 0
	}
	pl.binds = pl.binds || pl.directives && anyContains(p.Sources, bindDirective)
	return pl
}

// typed tells whether weaving needs types, whatever the go statements hold.
func (p plan) typed() bool {
	return p.spans || p.asks || p.marks || p.binds || p.directives || p.receives || p.serve
}

// mayHold tells by its bytes alone whether there may be something to weave in
// a file.
func (w *Pass) mayHold(src []byte) bool {
	if w.spawns && hasSpawn(src) || w.directives && bytes.Contains(src, []byte(directive)) {
		return true
	}
	for _, r := range w.Rules {
		if mayPatch(r, src) {
			return true
		}
		for _, m := range r.Messages {
			if anyName(src, m.From) {
				return true
			}
		}
	}
	return false
}

// anyName tells whether a file may declare one of some functions.
func anyName(src []byte, targets []Target) bool {
	for _, t := range targets {
		if bytes.Contains(src, []byte(t.Func[strings.LastIndexByte(t.Func, '.')+1:]+"(")) {
			return true
		}
	}
	return false
}

func anyContains(srcs []Source, s string) bool {
	return anyFunc(srcs, func(src []byte) bool { return bytes.Contains(src, []byte(s)) })
}

func anyFunc(srcs []Source, f func([]byte) bool) bool {
	for _, s := range srcs {
		if f(s.Src) {
			return true
		}
	}
	return false
}

// hasSpawn tells by bytes alone whether a file may hold a go statement.
func hasSpawn(src []byte) bool {
	for from := 0; ; {
		i := bytes.Index(src[from:], []byte("go"))
		if i < 0 {
			return false
		}
		i += from
		from = i + 2
		if i > 0 && isWord(src[i-1]) || from < len(src) && isWord(src[from]) {
			continue
		}
		if from < len(src) && src[from] == ':' { // go:build, go:linkname
			continue
		}
		return true
	}
}

// hasChannel tells by bytes alone whether a file may make a channel or receive from
// one.
func hasChannel(src []byte) bool {
	return bytes.Contains(src, []byte("<-")) || bytes.Contains(src, []byte("chan"))
}

// hasPrefixed tells by bytes alone whether a file may hold a name that begins
// with Prefix.
func hasPrefixed(src []byte) bool {
	for from := 0; ; {
		i := bytes.Index(src[from:], []byte(Prefix))
		if i < 0 {
			return false
		}
		i += from
		if i == 0 || !isWord(src[i-1]) {
			return true
		}
		from = i + 1
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// lastNames returns the names of functions without package and receiver.
func lastNames(funcs []string) []string {
	var names []string
	for _, f := range funcs {
		names = append(names, f[strings.LastIndexByte(f, '.')+1:])
	}
	return names
}

// hasName tells by bytes alone whether a file may mention one of some names, of
// a package or a method.
func hasName(src []byte, names []string) bool {
	for _, name := range names {
		for from := 0; ; {
			i := bytes.Index(src[from:], []byte(name))
			if i < 0 {
				break
			}
			i += from
			from = i + len(name)
			if (from == len(src) || !isWord(src[from])) && (i == 0 || !isWord(src[i-1])) {
				return true
			}
		}
	}
	return false
}
