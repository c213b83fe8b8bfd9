package toolexec

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/drift-go/drift-toolexec/hooks"
	"github.com/drift-go/drift-toolexec/weave"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// marks returns the functions that take the mark: Go's own, and those of the
// libraries that a package imports.
func (t *target) marks(im *imports) []string {
	return hooks.Marks(func(r *rule.Rule) bool {
		if r.Std {
			return true
		}
		_, ok := im.file[r.Package]
		return ok && t.Config.hook(r.Package, false) != nil
	})
}

// handOffs returns the functions of the libraries that a package imports, of which
// hooks say that they run what they are given.
func (t *target) handOffs(im *imports) []string {
	return hooks.HandOffs(func(r *rule.Rule) bool {
		_, ok := im.file[r.Package]
		return ok && !r.Std && t.Config.hook(r.Package, false) != nil
	})
}

// messages returns the types of messages of the packages that a package imports.
func messages(im *imports) []rule.Message {
	var list []rule.Message
	for pkg, messages := range hooks.Messages() {
		if _, ok := im.file[pkg]; ok {
			list = append(list, messages...)
		}
	}
	slices.SortFunc(list, func(a, b rule.Message) int { return cmp.Compare(a.Type, b.Type) })
	return list
}

// reachesSpans reports whether a package can get hold of a span: by importing
// OpenTelemetry, or in scope a package whose functions hand spans over.
func (t *target) reachesSpans(im *imports, own bool) bool {
	for path := range im.file {
		if isOtel(path) {
			return true
		}
	}
	if !own {
		return false
	}
	if t.given != nil {
		return t.given.reachesSpans()
	}
	for _, file := range im.file {
		if mentionsSpans(abs(t.cwd, file)) {
			return true
		}
	}
	return false
}

func isOtel(path string) bool {
	return path == otelModule || strings.HasPrefix(path, otelModule+"/")
}

// mentionsSpans reports whether an archive's export data names OpenTelemetry's
// trace package, which a package's export data does if importers can reach a
// span or a tracer through the package, or if it holds weave's facts. The import
// configuration itself lists only direct imports.
func mentionsSpans(name string) bool {
	text, err := exportData(name)
	return err == nil && (bytes.Contains(text, []byte(otelModule+"/trace")) || bytes.Contains(text, []byte(weave.FactsPrefix)))
}
