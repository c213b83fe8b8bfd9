package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSection(t *testing.T) {
	const changelog = `# Changelog

## Unreleased

### Added

- New.

## [0.2.0] - 2026-01-02

- Second.

## 0.1.0

- First.
`
	for version, want := range map[string]string{
		"v0.2.0":                               "# drift-toolexec v0.2.0\n\n- Second.\n",
		"v0.1.0":                               "# drift-toolexec v0.1.0\n\n- First.\n",
		"v0.2.1-0.20260102030405-0123456789ab": "# drift-toolexec v0.2.1-0.20260102030405-0123456789ab\n\n### Added\n\n- New.\n",
	} {
		got, err := section(changelog, version)
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", version, got, err, want)
		}
	}
	_, err := section(changelog, "v0.3.0")
	if err == nil || err.Error() != `CHANGELOG.md says nothing under "## 0.3.0": write that section` {
		t.Error(err)
	}
}

func TestSame(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	write := func(dir, name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(a, "tool", "1")
	write(b, "tool", "1")
	if err := same(a, b); err != nil {
		t.Error(err)
	}
	write(b, "tool", "2")
	if err := same(a, b); err == nil || !strings.HasSuffix(err.Error(), "tool differs") {
		t.Error(err)
	}
	write(a, "other", "1")
	if err := same(a, b); err == nil || !strings.Contains(err.Error(), "[other tool], then [tool]") {
		t.Error(err)
	}
}
