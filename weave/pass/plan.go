package pass

import (
	"bytes"
	"slices"
	"strings"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// mayAsk reports by its bytes alone whether a file may call one of them.
func mayAsk(src []byte) bool {
	return hasName(src, []string{"SpanFromContext", "SpanContextFromContext", "FromContext"})
}

// Plan says what there may be to weave, told by bytes alone.
type Plan struct {
	Spans      bool // starts of spans
	Spawns     bool // go statements of a package in scope
	Marks      bool // calls of functions that take the mark
	Receives   bool // messages received, or sent, by the user's own goroutine
	Channels   bool // channels that carry, made or received from
	Asks       bool // calls that ask a ctx for its span or its baggage
	binds      bool // rules or directives that name functions
	Directives bool
	Serve      bool // what may start a goroutine that serves
}

func (p *Package) plan() Plan {
	pl := Plan{
		Spans:      p.Spans && (p.Own || AnyContains(p.Sources, ".Start(")),
		Spawns:     p.Own && AnyFunc(p.Sources, hasSpawn),
		Channels:   p.Own && p.Channels && AnyFunc(p.Sources, hasChannel),
		Asks:       p.Spans && (p.Asks || slices.ContainsFunc(p.Rules, func(r *rule.Rule) bool { return len(r.Asks) > 0 })) && AnyFunc(p.Sources, mayAsk),
		Directives: p.Own && AnyContains(p.Sources, Directive),
	}
	pl.Receives = pl.Channels || p.Own && len(p.Messages) > 0
	if p.Own {
		names := lastNames(p.Marks)
		pl.Marks = AnyFunc(p.Sources, func(src []byte) bool { return hasName(src, names) })
	}
	pl.Serve = p.Workers && (pl.Spawns || pl.Marks || p.Own && len(p.HandOffs) > 0 && AnyFunc(p.Sources, func(src []byte) bool { return hasName(src, lastNames(p.HandOffs)) }))
	for _, r := range p.Rules {
		pl.binds = pl.binds || len(r.Bind)+len(r.Inherit)+len(r.Fresh)+len(r.Asks) > 0
	}
	pl.binds = pl.binds || pl.Directives && AnyContains(p.Sources, BindDirective)
	return pl
}

// Typed reports whether weaving needs types, whatever the go statements hold.
func (p Plan) Typed() bool {
	return p.Spans || p.Asks || p.Marks || p.binds || p.Directives || p.Receives || p.Serve
}

// mayHold reports by its bytes alone whether there may be something to weave in
// a file.
func (w *Pass) mayHold(src []byte) bool {
	if w.Plan.Spawns && hasSpawn(src) || w.Plan.Directives && bytes.Contains(src, []byte(Directive)) {
		return true
	}
	for _, r := range w.Rules {
		if rule.MayPatch(r, src) {
			return true
		}
		for _, m := range r.Callers.Messages {
			if anyName(src, m.From) {
				return true
			}
		}
	}
	return false
}

// anyName reports whether a file may declare one of some functions.
func anyName(src []byte, targets []rule.Target) bool {
	for _, t := range targets {
		if bytes.Contains(src, []byte(t.Func[strings.LastIndexByte(t.Func, '.')+1:]+"(")) {
			return true
		}
	}
	return false
}

func AnyContains(srcs []Source, s string) bool {
	return AnyFunc(srcs, func(src []byte) bool { return bytes.Contains(src, []byte(s)) })
}

func AnyFunc(srcs []Source, f func([]byte) bool) bool {
	for _, s := range srcs {
		if f(s.Src) {
			return true
		}
	}
	return false
}

// hasSpawn reports by bytes alone whether a file may hold a go statement.
func hasSpawn(src []byte) bool {
	for from := 0; ; {
		i := bytes.Index(src[from:], []byte("go"))
		if i < 0 {
			return false
		}
		i += from
		from = i + 2
		if i > 0 && IsWord(src[i-1]) || from < len(src) && IsWord(src[from]) {
			continue
		}
		if from < len(src) && src[from] == ':' { // go:build, go:linkname
			continue
		}
		return true
	}
}

// hasChannel reports by bytes alone whether a file may make a channel or receive from
// one.
func hasChannel(src []byte) bool {
	return bytes.Contains(src, []byte("<-")) || bytes.Contains(src, []byte("chan"))
}

// HasPrefixed reports by bytes alone whether a file may hold a name that begins
// with Prefix.
func HasPrefixed(src []byte) bool {
	for from := 0; ; {
		i := bytes.Index(src[from:], []byte(Prefix))
		if i < 0 {
			return false
		}
		i += from
		if i == 0 || !IsWord(src[i-1]) {
			return true
		}
		from = i + 1
	}
}

func IsWord(c byte) bool {
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

// hasName reports by bytes alone whether a file may mention one of some names, of
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
			if (from == len(src) || !IsWord(src[from])) && (i == 0 || !IsWord(src[i-1])) {
				return true
			}
		}
	}
	return false
}
