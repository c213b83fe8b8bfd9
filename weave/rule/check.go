package rule

import (
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// Check returns what is wrong with a rule by itself, whatever the package holds.
func (r *Rule) Check() error {
	wrong := func(format string, args ...any) error {
		return &Error{Hook: r, Msg: fmt.Sprintf(format, args...)}
	}
	switch {
	case r.Name == "" || r.Doc == "" || len(r.Tried) == 0:
		return wrong("the rule for %s lacks a Name, a Doc or releases that it was Tried on", r.Package)
	case r.Std && r.Module != "":
		return wrong("the rule for %s is for Go's own and names the module %s", r.Package, r.Module)
	case !r.Std && r.Module == "":
		return wrong("the rule for %s says neither that its package is Go's own nor its Module", r.Package)
	case r.Module != "" && !strings.HasPrefix(r.Package+"/", r.Module+"/"):
		return wrong("package %s is not in module %s", r.Package, r.Module)
	}
	if err := r.checkTargets(); err != nil {
		return err
	}
	for i := range r.Patches {
		p := &r.Patches[i]
		if msg := p.Check(); msg != "" {
			return p.Error(r, msg)
		}
		for _, v := range []string{p.Since, p.Until} {
			if v != "" && !semver.IsValid(v) {
				return p.Error(r, v+" is no version")
			}
		}
	}
	return r.checkGroups()
}

func (r *Rule) checkTargets() error {
	names := slices.Concat(r.Inherit, r.Fresh, r.Asks)
	for _, b := range r.Bind {
		names = append(names, b.Target)
		if b.Param == "" {
			return &Error{At: b.At, Hook: r, Msg: "names no parameter of " + b.Func + " to bind"}
		}
	}
	for _, m := range r.Callers.Marks {
		names = append(names, Target{Func: m})
	}
	for _, m := range r.Callers.Messages {
		names = append(names, m.From...)
	}
	for _, t := range names {
		if pkg, _, ok := SplitFunc(t.Func); t.Func != r.Package && (!ok || pkg != r.Package) {
			return &Error{At: t.At, Hook: r, Msg: fmt.Sprintf("%q names no function of %s", t.Func, r.Package)}
		}
		for _, v := range []string{t.Since, t.Until} {
			if v != "" && !semver.IsValid(v) {
				return &Error{At: t.At, Hook: r, Msg: fmt.Sprintf("%s: %s is no version", t.Func, v)}
			}
		}
	}
	return nil
}

// checkGroups checks that of patches that stand in for each other, those of one Since
// and Until are for each release that the rule was tried on, and no others.
func (r *Rule) checkGroups() error {
	for _, release := range r.Tried {
		if !strings.HasPrefix(release, "v") {
			release = "v" + release
		}
		variants := map[string]map[string]bool{}
		for _, p := range r.Patches {
			if p.Group == "" {
				continue
			}
			if variants[p.Group] == nil {
				variants[p.Group] = map[string]bool{}
			}
			if p.Since != "" && semver.Compare(release, p.Since) < 0 || p.Until != "" && semver.Compare(release, p.Until) >= 0 {
				continue
			}
			variants[p.Group][p.Since+" "+p.Until] = true
		}
		for group, v := range variants {
			if len(v) != 1 {
				return &Error{Hook: r, Msg: fmt.Sprintf("group %q has %d variants for %s, where one release has but one", group, len(v), release)}
			}
		}
	}
	return nil
}

// Error is what is wrong with a patch of a rule.
func (p *Patch) Error(r *Rule, msg string) *Error {
	return &Error{Hook: r, Msg: fmt.Sprintf("patch %q (%s in %s.%s) %s", p.Doc, p.Kind, r.Package, p.In, msg)}
}

// Check returns what is wrong with a patch by itself, or "".
func (p *Patch) Check() string {
	text := ""
	switch p.Kind {
	case Field:
		text = "type _ struct { " + p.Code + " }"
	case Empty:
		text = p.Code
	case Name:
		text = "var " + p.Code + " int"
		if !token.IsIdentifier(p.Code) {
			text = p.Code
		}
	case Return:
		text = "func _() { return " + strings.Replace(p.Code, "$", "_", 1) + " }"
	default:
		text = "func _() { " + p.Code + " }"
	}
	switch p.Kind {
	case Before, After, Return:
		if p.Stmt == "" {
			return "names no Stmt to land at"
		}
	}
	if strings.ContainsRune(p.Code, '\n') {
		return "has Code of more than one line: " + Quote(p.Code)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", "package p; "+text, parser.SkipObjectResolution); err != nil {
		msg, _, _ := strings.Cut(err.Error(), "\n")
		if _, after, ok := strings.Cut(msg, ": "); ok {
			msg = after
		}
		return fmt.Sprintf("has Code that does not parse: %s in %s", msg, Quote(p.Code))
	}
	return ""
}

// Quote quotes the start of some code in an error.
func Quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	return "`" + s + "`"
}
