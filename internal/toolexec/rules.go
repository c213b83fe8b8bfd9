package toolexec

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/drift-go/drift-toolexec/hooks"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// What the configuration says of functions, in the terms of the hooks:
//
//	bind:
//	  - func: (*example.com/app/queue.Queue).Enqueue
//	    param: task
//	fresh:
//	  - example.com/app/janitor.Start
//	inherit:
//	  - (*example.net/lib.Client).Do
//	logs:
//	  - example.net/slogtrace
//	without: [ants]
//	hooks: strict
//
// Each entry is checked for its form as it is read, and against the source when
// the package is compiled. Both name the entry's line.

// hook returns the rule of the package's hook, nil if it has none or the
// configuration leaves it out.
func (c *Config) hook(pkg string, std bool) *rule.Rule {
	r := hooks.For(pkg, std)
	if r != nil && slices.Contains(c.Without, r.Name) {
		return nil
	}
	return r
}

// without is a list of hooks' names.
type without []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *without) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: without is a list of hooks; write them as [name, name]", n.Line)
	}
	for _, item := range n.Content {
		if names := hooks.Optional(); !slices.Contains(names, item.Value) {
			return fmt.Errorf("line %d: no hook %q to do without; the hooks are: %s", item.Line, item.Value, strings.Join(names, ", "))
		}
		*w = append(*w, item.Value)
	}
	return nil
}

// hooksMode says what becomes of a library whose hook does not fit.
type hooksMode string

// UnmarshalYAML implements yaml.Unmarshaler.
func (m *hooksMode) UnmarshalYAML(n *yaml.Node) error {
	if n.Value != "strict" && n.Value != "lenient" {
		return fmt.Errorf("line %d: hooks is strict or lenient, not %q", n.Line, n.Value)
	}
	*m = hooksMode(n.Value)
	return nil
}

// named is a function, or a package, and the line that names it.
type named struct {
	pkg, name string
	line      int
}

// targets is a list of functions and packages.
type targets []named

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *targets) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: fresh, inherit and logs are lists of functions; write each on a line of its own, after a dash", n.Line)
	}
	for _, item := range n.Content {
		f, err := function(item)
		if path := item.Value; item.Kind == yaml.ScalarNode && strings.Contains(path, "/") && !strings.ContainsAny(path, "()* ") {
			// A package's path, it may be; gopkg.in/yaml.v3 may be either.
			*t = append(*t, named{pkg: path, name: path, line: item.Line})
		} else if err != nil {
			return err
		}
		if err == nil {
			*t = append(*t, f)
		}
	}
	return nil
}

// binding is a parameter to bind.
type binding struct {
	named
	param string
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (b *binding) UnmarshalYAML(n *yaml.Node) error {
	const form = "write it as {func: (*example.com/app/queue.Queue).Enqueue, param: task}"
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: not a func and its param; %s", n.Line, form)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch key.Value {
		case "func":
			f, err := function(value)
			if err != nil {
				return err
			}
			b.named = f
		case "param":
			if value.Kind != yaml.ScalarNode || value.Value == "" {
				return fmt.Errorf("line %d: param is the name of a parameter; %s", value.Line, form)
			}
			b.param = value.Value
		default:
			return fmt.Errorf("line %d: unknown key %q of bind; the keys are: func, param", key.Line, key.Value)
		}
	}
	if b.name == "" || b.param == "" {
		return fmt.Errorf("line %d: bind wants both a func and its param; %s", n.Line, form)
	}
	return nil
}

// function reads a function's full name.
func function(n *yaml.Node) (named, error) {
	pkg, _, ok := rule.SplitFunc(n.Value)
	if n.Kind != yaml.ScalarNode || !ok {
		return named{}, fmt.Errorf("line %d: %q is no function's full name; write it as example.com/app.Run or (*example.com/app.Queue).Enqueue", n.Line, n.Value)
	}
	if first, _, _ := strings.Cut(pkg, "/"); !strings.Contains(first, ".") && hooks.For(pkg, true) != nil {
		return named{}, fmt.Errorf("line %d: %s is Go's own: its functions are woven where your code calls them; leave it out", n.Line, n.Value)
	}
	return named{pkg: pkg, name: n.Value, line: n.Line}, nil
}

// rules returns what a configuration file says, a rule for each package.
func (fc *fileConfig) rules(file string) map[string][]*rule.Rule {
	byPath := map[string][]*rule.Rule{}
	ruleFor := func(n named) (*rule.Rule, rule.Target) {
		if byPath[n.pkg] == nil {
			byPath[n.pkg] = []*rule.Rule{{Name: file, Package: n.pkg}}
		}
		return byPath[n.pkg][0], rule.Target{Func: n.name, At: fmt.Sprintf("%s:%d", file, n.line)}
	}
	for _, b := range fc.Bind {
		r, t := ruleFor(b.named)
		r.Bind = append(r.Bind, rule.Bind{Target: t, Param: b.param, Stale: true})
	}
	for _, n := range fc.Fresh {
		r, t := ruleFor(n)
		r.Fresh = append(r.Fresh, t)
	}
	for _, n := range fc.Inherit {
		r, t := ruleFor(n)
		r.Inherit = append(r.Inherit, t)
	}
	for _, n := range fc.Logs {
		r, t := ruleFor(n)
		r.Asks = append(r.Asks, t)
	}
	return byPath
}
