package toolexec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/drift-go/drift-toolexec/weave/rule"
)

// Config is what the user decided: by flags, and by the file that -config or
// DRIFT_CONFIG names.
type Config struct {
	// File is the configuration file's name, empty for none.
	File string
	// Scope holds import path patterns; none means the user's own code.
	Scope []string
	// Next is a toolexec command to run after this one.
	Next []string
	// Report is a file that every woven package's sites are added to.
	Report string
	// Without holds the names of hooks to leave out.
	Without []string
	// Strict makes it an error that a library's hook does not fit.
	Strict bool
	// background says that a literal context.Background() asks for the current span.
	background bool
	// channelsOff and workersInherit are patterns of packages whose channels do not
	// carry, and whose goroutines inherit though they serve.
	channelsOff, workersInherit []string
	// text is the configuration file's.
	text []byte
	// rules are what the file says of packages, by their paths.
	rules map[string][]*rule.Rule
	// settings go into package runtime; nil for none.
	settings *rule.Rule
}

// fileConfig is the configuration file.
type fileConfig struct {
	Scope   patterns  `yaml:"scope"`
	Bind    []binding `yaml:"bind"`
	Fresh   targets   `yaml:"fresh"`
	Inherit targets   `yaml:"inherit"`
	Logs    targets   `yaml:"logs"`
	Without without   `yaml:"without"`
	Hooks   hooksMode `yaml:"hooks"`
	Wire    wire      `yaml:"wire"`

	Background background `yaml:"background"`
	Channels   channels   `yaml:"channels"`
	Workers    workers    `yaml:"workers"`
}

// knownKeys lists the file's keys, in the order of the fields.
func knownKeys() string {
	var keys []string
	for t, i := reflect.TypeFor[fileConfig](), 0; i < t.NumField(); i++ {
		keys = append(keys, t.Field(i).Tag.Get("yaml"))
	}
	return strings.Join(keys, ", ")
}

// channels are the patterns of packages whose channels do not carry.
type channels []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (c *channels) UnmarshalYAML(n *yaml.Node) (err error) {
	*c, err = packagesBut(n, "channels", "on", "off")
	return err
}

// workers are the patterns of packages whose goroutines inherit though they serve.
type workers []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *workers) UnmarshalYAML(n *yaml.Node) (err error) {
	*w, err = packagesBut(n, "workers", "fresh", "inherit")
	return err
}

// packagesBut reads what is the default or another word, for all packages, or the
// other word and a list of patterns.
func packagesBut(n *yaml.Node, key, usual, other string) ([]string, error) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == usual:
		return nil, nil
	case n.Kind == yaml.ScalarNode && n.Value == other:
		return []string{"..."}, nil
	case n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Value == other && n.Content[1].Kind == yaml.SequenceNode:
		var list []string
		for _, item := range n.Content[1].Content {
			if item.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("line %d: %s: %s is a list of import path patterns; write ones like example.com/app/... instead", item.Line, key, other)
			}
			if err := checkPattern(item.Value); err != nil {
				return nil, fmt.Errorf("line %d: %w", item.Line, err)
			}
			list = append(list, item.Value)
		}
		return list, nil
	}
	return nil, fmt.Errorf("line %d: %s is %s or %s, or %s: and a list of import path patterns; write one of these", n.Line, key, usual, other, other)
}

// background says what a literal context.Background() means where a context with a
// span is in scope: a root, or the current span.
type background bool

// UnmarshalYAML implements yaml.Unmarshaler.
func (b *background) UnmarshalYAML(n *yaml.Node) error {
	switch n.Value {
	case "root":
		*b = false
	case "current":
		*b = true
	default:
		return fmt.Errorf("line %d: background is root or current; write one of these", n.Line)
	}
	return nil
}

// patterns is a list of import path patterns, checked as they are read: then
// an error has a line.
type patterns []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *patterns) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: scope is a list; write each pattern on a line of its own, after a dash", n.Line)
	}
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: scope is a list of import path patterns; write ones like example.com/app/... instead", item.Line)
		}
		if err := checkPattern(item.Value); err != nil {
			return fmt.Errorf("line %d: %w", item.Line, err)
		}
		*p = append(*p, item.Value)
	}
	return nil
}

// load reads the configuration file, if one is named, and checks the whole.
// Flags win over the file.
func (c *Config) load() error {
	for _, p := range c.Scope {
		if err := checkPattern(p); err != nil {
			return fmt.Errorf("-scope: %w", err)
		}
	}
	if c.File == "" {
		return nil
	}
	text, err := os.ReadFile(c.File)
	if err != nil && !filepath.IsAbs(c.File) {
		return fmt.Errorf("%w; the go command runs tools in each package's folder: name the file by its absolute path, as in -config=$PWD/%s", err, filepath.ToSlash(c.File))
	}
	if err != nil {
		return fmt.Errorf("%w; name a configuration file with -config or DRIFT_CONFIG", err)
	}
	var fc fileConfig
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&fc); err != nil && !errors.Is(err, io.EOF) {
		return configError(c.File, err)
	}
	if err := d.Decode(new(yaml.Node)); err == nil {
		return fmt.Errorf("%s: holds more than one document; keep one", c.File)
	}
	c.text = text
	c.Without = fc.Without
	c.Strict = fc.Hooks == "strict"
	c.background = bool(fc.Background)
	c.channelsOff, c.workersInherit = fc.Channels, fc.Workers
	c.rules = fc.rules(c.File)
	c.settings = fc.Wire.rule(c.File)
	if len(c.Scope) == 0 {
		c.Scope = fc.Scope
	}
	return nil
}

// configError makes one line with one position of a YAML error. Of several
// it keeps the first.
func configError(name string, err error) error {
	text := err.Error()
	var te *yaml.TypeError
	if errors.As(err, &te) {
		text = te.Errors[0]
	}
	text, syntax := strings.CutPrefix(text, "yaml: ")
	text, _, _ = strings.Cut(text, "\n")
	line, msg, ok := strings.Cut(strings.TrimPrefix(text, "line "), ": ")
	if !ok {
		return fmt.Errorf("%s: %s; the keys are: %s", name, text, knownKeys())
	}
	if field, rest, ok := strings.Cut(strings.TrimPrefix(msg, "field "), " not found in type "); ok && rest != "" {
		msg = fmt.Sprintf("unknown key %q; the keys are: %s", field, knownKeys())
	} else if strings.HasPrefix(msg, "cannot unmarshal") {
		msg = "not a key and its value; the keys are: " + knownKeys()
	} else if syntax && te == nil {
		msg = "not YAML: " + msg + "; correct that line"
	}
	return fmt.Errorf("%s:%s: %s", name, line, msg)
}

// checkPattern refuses patterns that could never match.
func checkPattern(p string) error {
	switch {
	case p == "all":
		return fmt.Errorf("%q is not an import path pattern; write ... for every package", p)
	case p == "std" || p == "cmd":
		return fmt.Errorf("%q is never woven, whatever the scope; leave it out", p)
	case p == "" || p[0] == '.' && !strings.HasPrefix(p, "...") || p[0] == '/' || p[0] == '-' || strings.ContainsAny(p, " \\*?["):
		return fmt.Errorf("%q is not an import path pattern; write one like example.com/app/... instead", p)
	}
	return nil
}

// SplitCommand splits the words of -next as the go command does those of
// -toolexec (cmd/internal/quoted): a word may stand in single or double
// quotes, and nothing is escaped.
func SplitCommand(s string) ([]string, error) {
	var words []string
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" {
			return words, nil
		}
		if quote := s[0]; quote == '\'' || quote == '"' {
			word, rest, ok := strings.Cut(s[1:], string(quote))
			if !ok {
				return nil, fmt.Errorf("-next: unterminated %c; close it", quote)
			}
			words, s = append(words, word), rest
			continue
		}
		end := strings.IndexFunc(s, unicode.IsSpace)
		if end < 0 {
			end = len(s)
		}
		words, s = append(words, s[:end]), s[end:]
	}
}
