package toolexec

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// wire is what the configuration says of wires and process boundaries:
//
//	wire:
//	  exclude: [collector.internal, "*.example.net", "http://"]
//	  messages: link
//	  incoming: parent
//	  baggage: [inner.example.com, "*.svc.local", messages, child, incoming]
type wire struct {
	exclude  []string
	links    bool
	incoming string
	baggage  []string // hosts
	// What else baggage goes to, or comes from.
	messageBaggage, childBaggage, incomingBaggage bool
}

const wireKeys = "exclude, messages, incoming, baggage, child-baggage"

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *wire) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: wire has the keys %s; write them below it, indented", n.Line, wireKeys)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		var err error
		switch key.Value {
		case "exclude":
			w.exclude, err = hosts(value, "exclude", "[example.com, \"*.example.net\", \"http://\"]")
		case "incoming":
			switch w.incoming = value.Value; w.incoming {
			case "parent", "link", "off":
			default:
				err = fmt.Errorf("line %d: incoming is parent, link or off, not %q", value.Line, value.Value)
			}
		case "baggage":
			err = w.baggages(value)
		case "messages":
			if value.Value != "parent" && value.Value != "link" {
				err = fmt.Errorf("line %d: messages is parent or link, not %q", value.Line, value.Value)
			}
			w.links = value.Value == "link"
		case "child-baggage":
			child := false
			if value.Decode(&child) != nil {
				err = fmt.Errorf("line %d: child-baggage is true or false, not %q", value.Line, value.Value)
			}
			w.childBaggage = w.childBaggage || child
		default:
			err = fmt.Errorf("line %d: unknown key %q of wire; the keys are: %s", key.Line, key.Value, wireKeys)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// baggages reads what baggage goes to: hosts, and the words messages, child and
// incoming.
func (w *wire) baggages(n *yaml.Node) error {
	list, err := hosts(n, "baggage", "[example.com, \"*.example.net\", messages, child, incoming]")
	for _, peer := range list {
		switch peer {
		case "messages":
			w.messageBaggage = true
		case "child":
			w.childBaggage = true
		case "incoming":
			w.incomingBaggage = true
		default:
			w.baggage = append(w.baggage, peer)
		}
	}
	return err
}

// hosts reads a list of hosts, of domains' patterns and of schemes.
func hosts(n *yaml.Node, key, example string) (list []string, err error) {
	if n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("line %d: %s is a list of hosts; write them as %s", n.Line, key, example)
	}
	for _, item := range n.Content {
		host, v := item.Value, strings.TrimPrefix(item.Value, "*.")
		if scheme, ok := strings.CutSuffix(host, "://"); ok {
			v = scheme
		}
		if item.Kind != yaml.ScalarNode || v == "" || strings.ContainsAny(v, " /*?") {
			return nil, fmt.Errorf("line %d: %q is no host for %s; write one as example.com, example.com:4318, *.example.com or, for a scheme, http://", item.Line, host, key)
		}
		list = append(list, host)
	}
	return list, nil
}

// rule returns what puts the settings into package runtime, nil for none.
func (w *wire) rule(file string) *rule.Rule {
	var b strings.Builder
	set := func(name string, value any, on bool) {
		if on {
			fmt.Fprintf(&b, "\t%s = %#v\n", name, value)
		}
	}
	set("driftExclude", w.exclude, len(w.exclude) > 0)
	set("driftLinkMessages", true, w.links)
	set("driftIncoming", w.incoming, w.incoming != "")
	set("driftPeers", w.baggage, len(w.baggage) > 0)
	set("driftMessageBaggage", true, w.messageBaggage)
	set("driftChildBaggage", true, w.childBaggage)
	set("driftIncomingBaggage", true, w.incomingBaggage)
	if b.Len() == 0 {
		return nil
	}
	text := "package runtime\n\nfunc init() {\n" + b.String() + "}\n"
	return &rule.Rule{Name: file, Package: "runtime", Std: true, Files: []rule.File{{Name: "settings.go", Body: []byte(text)}}}
}
