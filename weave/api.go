package weave

import "github.com/drift-go/drift-toolexec/weave/pass"

// What a package is woven from, and what comes of it.
type (
	Package = pass.Package
	Source  = pass.Source
	Result  = pass.Result
	Site    = pass.Site
)

// Kinds of sites that the caller of Weave adds.
const (
	SitePackage = pass.SitePackage
	SiteHook    = pass.SiteHook
)

const (
	// Prefix begins every name that is injected into users' packages.
	Prefix = pass.Prefix
	// FactsPrefix begins the name of the constant that holds a package's facts.
	FactsPrefix = pass.FactsPrefix
)

// FactsName returns the name of the constant that holds the facts of a package.
func FactsName(path string) string { return pass.FactsName(path) }
