// Package rule holds what a hook, or the user's configuration, declares of a package.
package rule

import (
	"bytes"
	"go/token"
	"go/types"
	"strings"
)

// MayPatch reports by its bytes alone whether a patch may land in a file.
func MayPatch(r *Rule, src []byte) bool {
	for i := range r.Patches {
		name := r.Patches[i].In
		if j := strings.LastIndexByte(name, '.'); j >= 0 {
			name = name[j+1:]
		}
		if r.Patches[i].Kind != Field && bytes.Contains(src, []byte(name)) ||
			bytes.Contains(src, []byte(name+" struct")) || bytes.Contains(src, []byte(name+"[")) {
			return true
		}
	}
	return false
}

// A Rule says what is woven into one package of Go's, of a library or, by the
// user's configuration, of anybody's.
//
// Functions are named in go/types' full form, as (*types.Func).FullName gives
// it, without type parameters: "golang.org/x/sync/errgroup.WithContext",
// "(*golang.org/x/sync/errgroup.Group).Go". All that a rule names must be
// there, in the shape that the rule wants. Else the package is left as it is, or,
// of Go's own packages and OpenTelemetry's, weaving it is an error.
type Rule struct {
	// Name is how errors, reports and the configuration call the rule: the
	// hook's folder.
	Name string
	// Doc says in a sentence what the user gets by it.
	Doc string
	// Package is the import path of the package that the rule is for.
	Package string
	// Std says that Package belongs to Go itself.
	Std bool
	// Module is the path of the module that Package is in; empty for Go's own.
	Module string
	// Tried lists the releases of the module, or of Go, that the rule was
	// tried on, oldest first. Errors quote it.
	Tried []string
	// Since is the module's first release that the rule is for: older ones are
	// left as they are. Empty: all.
	Since string
	// Bind lists the func parameters to bind.
	Bind []Bind
	// Inherit lists the functions whose spawn sites hand the current context
	// on, though the package is not in scope.
	Inherit []Target
	// Fresh lists the functions whose spawn sites, and what they hand off, hand
	// nothing on, though the package is in scope. The package's own path means
	// all of them.
	Fresh []Target
	// Asks lists the functions that ask a ctx for its span, or its baggage, to write
	// them to a log: they are told what own code is told. The package's own path
	// means all of them.
	Asks []Target
	// Patches are the splices. Each must land.
	Patches []Patch
	// Files are added to the package.
	Files []File
	// Imports are added to Files: what the package imports itself and a file
	// outside it could not.
	Imports []string

	// Callers says what is done to the package's callers, where the rest is done to the
	// package itself.
	Callers Callers
}

// Callers are what a rule says of the packages that call the rule's.
type Callers struct {
	// Marks lists the functions of the package that take the mark themselves:
	// calls of them in scope raise it, of a library's where the caller imports its
	// package. Such a function is not generic, its last argument is what runs, and
	// on every path its first go statement is the one that runs it: where there
	// could be none, the mark would stay up for another.
	Marks []string
	// Messages are the types of messages that the user's own goroutines receive,
	// or send. An injected file tells package runtime how to read each:
	// driftMessage.
	Messages []Message
}

// A Target is a function that a rule names.
type Target struct {
	// Func is its full name.
	Func string
	// Since is the module's first release that has it; empty: all that were
	// tried.
	Since string
	// Until is the module's first release that has it no more, or where another
	// target stands in for it.
	Until string
	// At is where the user's configuration names it, file:line; empty in a hook.
	At string
}

// A Message is a type of messages with headers. Where a value of it is received
// from a channel in scope, or is among the results of a function in From that
// is called in scope, the span in its headers is current from there on.
type Message struct {
	// Type is the type as go/types gives it: "*example.com/queue.Message".
	Type string
	// From are the package's functions, and methods of its interfaces, by which a
	// goroutine of the user's receives one.
	From []Target
	// Sent says that it is not received but sent: where it is, on a channel in
	// scope, its library is called to note the current span in it: driftSender.
	Sent bool
}

// Bind is a parameter to bind: what it is handed runs under what was current
// where it was handed over, on whatever goroutine.
type Bind struct {
	Target
	// Param is the parameter's name. Its type is a func, or a slice of funcs.
	Param string
	// Stale says that what runs the func may be under another's context. If it
	// never is, a func handed over under none costs nothing.
	Stale bool
}

// File is a Go file injected into a package: ordinary Go that compiles where
// it lies, its package clause replaced.
type File struct {
	Name string
	Body []byte
}

// A Patch is one splice, found by syntax: a declaration, and for most kinds a
// statement in it.
type Patch struct {
	// Doc says what the splice is for.
	Doc string
	// In names the declaration: "newproc1", "(*Once).doSlow", "nonRecordingSpan.End"
	// or, for a Field, "g".
	In string
	// Kind says where Code goes.
	Kind Kind
	// Stmt is how the anchor statement begins, as gofmt prints it.
	Stmt string
	// Within is how the statement right around the anchor begins, an if say, where
	// the anchor alone would be at home in more than one.
	Within string
	// Code is what is spliced in, on one line. In a Return, $ stands for the
	// results; without it they are dropped.
	Code string
	// Times is how often the patch must land; 0 means once.
	Times int
	// Since is the module's first release that has the place, of Go "v1.26.0";
	// empty: all that were tried. OpenTelemetry's modules count each by its own
	// version.
	Since string
	// Until is the module's first release that has it no more.
	Until string
	// Group names patches that stand in for each other in different releases.
	// Where nobody knows the release, as that of a replaced folder, those of one
	// Since and Until must land, and no others of the group.
	Group string
}

// Kind is a kind of Patch.
type Kind int

// The kinds of Patch.
const (
	// Field adds Code as a field of struct In, behind the field that Stmt names or, if
	// that is empty, as the last.
	Field Kind = iota + 1
	// Entry puts Code at the start of In's body.
	Entry
	// Before and After put Code next to the statement.
	Before
	After
	// Return replaces the results of a return statement by Code.
	Return
	// Empty replaces In, a method whose body is empty, by Code.
	Empty
	// Name gives In's first blank parameter the name Code.
	Name
)

var kindNames = map[Kind]string{
	Field: "field", Entry: "entry", Before: "before", After: "after", Return: "return", Empty: "empty", Name: "name",
}

func (k Kind) String() string { return kindNames[k] }

// An Error is what is wrong with a directive or with what a rule wants of a
// package.
type Error struct {
	// At is where: file:line:column of the user's source, file:line of the
	// configuration, or empty for a hook.
	At string
	// Msg says what is wrong, and for the user's own what to do.
	Msg string
	// Hook is the hook that wants it, or nil.
	Hook *Rule
}

func (e *Error) Error() string {
	switch {
	case e.At != "":
		return e.At + ": " + e.Msg
	case e.Hook != nil:
		return "hook " + e.Hook.Name + ": " + e.Msg
	}
	return e.Msg
}

// SplitFunc splits a function's full name into its package's path and its name
// in that: "f", "T.m" or "(*T).m". Type parameters are left out.
func SplitFunc(full string) (pkg, name string, ok bool) {
	for {
		i := strings.IndexByte(full, '[')
		j := strings.IndexByte(full, ']')
		if i < 0 || j < i {
			break
		}
		full = full[:i] + full[j+1:]
	}
	if rest, method := strings.CutPrefix(full, "("); method {
		rest, star := strings.CutPrefix(rest, "*")
		recv, fn, ok := strings.Cut(rest, ").")
		i := strings.LastIndexByte(recv, '.')
		if !ok || i <= strings.LastIndexByte(recv, '/') || !token.IsIdentifier(fn) || !token.IsIdentifier(recv[i+1:]) {
			return "", "", false
		}
		if star {
			return recv[:i], "(*" + recv[i+1:] + ")." + fn, true
		}
		return recv[:i], recv[i+1:] + "." + fn, true
	}
	i := strings.LastIndexByte(full, '.')
	if i <= strings.LastIndexByte(full, '/') || i == 0 || !token.IsIdentifier(full[i+1:]) {
		return "", "", false
	}
	return full[:i], full[i+1:], true
}

// ReceivedBy reports whether a message is received by a function.
func (m *Message) ReceivedBy(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	name := fn.Origin().FullName()
	for _, from := range m.From {
		if from.Func == name {
			return true
		}
	}
	return false
}

// Pkg returns the path of the package that the type is declared in.
func (m *Message) Pkg() string {
	name := strings.TrimLeft(m.Type, "*[]")
	return name[:strings.LastIndexByte(name, '.')]
}
