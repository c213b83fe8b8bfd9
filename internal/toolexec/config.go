package toolexec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Config is what the user decided: by flags, and by the file that -config or
// DRIFT_CONFIG names.
type Config struct {
	// Scope holds import path patterns; none means the user's own code.
	Scope []string
	// Next is a toolexec command to chain behind this one.
	Next []string
	// Report is a file that every woven package's sites are added to.
	Report string
	// file is the configuration file's text.
	file []byte
}

// fileConfig is the configuration file.
type fileConfig struct {
	Scope []string `yaml:"scope"`
}

const knownKeys = "scope"

// readFile reads the configuration file. Errors carry file and line.
func (c *Config) readFile(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("-config: %w", err)
	}
	var fc fileConfig
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&fc); err != nil && !errors.Is(err, io.EOF) {
		return configError(name, err)
	}
	c.file = text
	if len(c.Scope) == 0 {
		c.Scope = fc.Scope
	}
	return nil
}

var (
	yamlLine    = regexp.MustCompile(`line (\d+): (.*)`)
	yamlUnknown = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
)

// configError makes one line with one position of a YAML error.
func configError(name string, err error) error {
	m := yamlLine.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	msg := strings.TrimSpace(m[2])
	if u := yamlUnknown.FindStringSubmatch(msg); u != nil {
		msg = fmt.Sprintf("unknown key %q; the keys are: %s", u[1], knownKeys)
	}
	return fmt.Errorf("%s:%s: %s", name, m[1], msg)
}

// Load reads the configuration file, if one is named, and checks the whole.
func (c *Config) Load(file string) error {
	if file != "" {
		if err := c.readFile(file); err != nil {
			return err
		}
	}
	return c.checkScope()
}

// checkScope refuses patterns that could never match.
func (c *Config) checkScope() error {
	for _, p := range c.Scope {
		if p == "" || strings.HasPrefix(p, ".") || strings.HasPrefix(p, "/") || strings.ContainsAny(p, " \\") {
			return fmt.Errorf("scope %q is not an import path pattern; write it like example.com/app/... instead", p)
		}
	}
	return nil
}
