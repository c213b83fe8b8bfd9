package toolexec

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/drift-go/drift-toolexec/weave"
)

// wire is what the configuration says of wires and process boundaries:
//
//	wire:
//	  exclude: [collector.internal, "*.example.net", "http://"]
//	  messages: link
//	  child-baggage: true
type wire struct {
	exclude      []string
	links        bool
	childBaggage bool
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *wire) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: wire has the keys exclude, messages, child-baggage; write them below it, indented", n.Line)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		var err error
		switch key.Value {
		case "exclude":
			err = w.excludes(value)
		case "messages":
			if value.Value != "parent" && value.Value != "link" {
				err = fmt.Errorf("line %d: messages is parent or link, not %q", value.Line, value.Value)
			}
			w.links = value.Value == "link"
		case "child-baggage":
			if value.Decode(&w.childBaggage) != nil {
				err = fmt.Errorf("line %d: child-baggage is true or false, not %q", value.Line, value.Value)
			}
		default:
			err = fmt.Errorf("line %d: unknown key %q of wire; the keys are: exclude, messages, child-baggage", key.Line, key.Value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *wire) excludes(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: exclude is a list of hosts; write them as [example.com, \"*.example.net\", \"http://\"]", n.Line)
	}
	for _, item := range n.Content {
		host, v := item.Value, strings.TrimPrefix(item.Value, "*.")
		if scheme, ok := strings.CutSuffix(host, "://"); ok {
			v = scheme
		}
		if item.Kind != yaml.ScalarNode || v == "" || strings.ContainsAny(v, " /*?") {
			return fmt.Errorf("line %d: %q is no host to exclude; write one as example.com, example.com:4318, *.example.com or, for a scheme, http://", item.Line, host)
		}
		w.exclude = append(w.exclude, host)
	}
	return nil
}

// rule returns what puts the settings into package runtime, nil for none.
func (w *wire) rule(file string) *weave.Rule {
	if len(w.exclude) == 0 && !w.links && !w.childBaggage {
		return nil
	}
	text := fmt.Sprintf("package runtime\n\nfunc init() {\n\tdriftExclude = %#v\n\tdriftLinkMessages = %t\n\tdriftChildBaggage = %t\n}\n",
		w.exclude, w.links, w.childBaggage)
	return &weave.Rule{Name: file, Package: "runtime", Std: true, Files: []weave.File{{Name: "settings.go", Body: []byte(text)}}}
}
