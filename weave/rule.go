package weave

// A Rule says what is woven into one package of Go's or of a library.
type Rule struct {
	// Name is how errors and reports call the rule: the hook's folder.
	Name string
	// Doc says in a sentence what the user gets by it.
	Doc string
	// Package is the import path of the package that the rule patches.
	Package string
	// Std says that Package belongs to Go itself.
	Std bool
	// Tried lists the releases of the package's module, or of Go, that the
	// rule was tried on, oldest first. Errors quote it.
	Tried []string
	// Patches are the splices. Each must land.
	Patches []Patch
	// Files are added to the package.
	Files []File
	// Imports are added to Files: what the package imports itself and a file
	// outside it could not.
	Imports []string
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
	// Code is what is spliced in, on one line. In a Return, $ stands for the
	// results; without it they are dropped.
	Code string
	// Times is how often the patch must land; 0 means once.
	Times int
}

// Kind is a kind of Patch.
type Kind int

// The kinds of Patch.
const (
	// Field adds Code as the last field of struct In.
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
)

var kindNames = map[Kind]string{
	Field: "field", Entry: "entry", Before: "before", After: "after", Return: "return", Empty: "empty",
}

func (k Kind) String() string { return kindNames[k] }
