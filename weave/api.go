package weave

import (
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

// What a package is woven from, and what comes of it.
type (
	Package = pass.Package
	Source  = pass.Source
	Result  = pass.Result
	Site    = pass.Site
)

// What hooks declare.
type (
	Rule    = rule.Rule
	Target  = rule.Target
	Message = rule.Message
	Bind    = rule.Bind
	File    = rule.File
	Patch   = rule.Patch
	Error   = rule.Error
)

const (
	Field  = rule.Field
	Entry  = rule.Entry
	Before = rule.Before
	After  = rule.After
	Return = rule.Return
	Empty  = rule.Empty
	Name   = rule.Name
)

const (
	Prefix      = pass.Prefix
	FactsPrefix = pass.FactsPrefix
)

// SplitFunc splits a function's full name.
func SplitFunc(full string) (pkg, name string, ok bool) { return rule.SplitFunc(full) }
