// Package seam is the one definition of what injected and woven code reaches in other
// packages: functions and variables, by go:linkname.
//
// The compiler does not check these. A signature that differs between the two sides
// corrupts registers; a misspelt name fails to link at best. So both sides get their
// linkname directives from here, and the calling side its declarations (Stubs, Decl). A
// test compares the definitions with this table.
package seam

import (
	"bytes"
	"fmt"
	"go/ast"
	"strings"
	"unicode"
)

// The packages whose functions and variables are reached.
const (
	Runtime         = "runtime"
	OS              = "os"
	HTTP            = "net/http"
	Trace           = "go.opentelemetry.io/otel/trace"
	Baggage         = "go.opentelemetry.io/otel/baggage"
	InternalBaggage = "go.opentelemetry.io/otel/internal/baggage"
	Nats            = "github.com/nats-io/nats.go"
)

// Kind is what a symbol is.
type Kind uint8

// The kinds of symbols.
const (
	Func Kind = iota
	Var
)

// A Symbol is a function or a variable that is reached from elsewhere.
type Symbol struct {
	// Owner is the import path of the package that it is injected into.
	Owner string
	// Name is its name there. No other package has an injected function, variable or
	// type of that name which means something else.
	Name string
	Kind Kind
	// Type is a variable's type, or a function's parameters and results. Types of
	// packages trace and context are qualified, also in their own.
	Type string
	// NoEscape says that a function keeps nothing that it is given.
	NoEscape bool

	link string // what the linker knows it by, if not by its owner, before its name
}

// Link returns the name that the linker knows a symbol by.
func (s *Symbol) Link() string {
	if s.link != "" {
		return s.link + s.Name
	}
	return s.Owner + "." + s.Name
}

// Decl returns the declaration by which another package reaches a symbol, under a name
// of its own.
func (s *Symbol) Decl(name string) string { return s.DeclAs(name, s.Type) }

// DeclAs is Decl for a package that cannot spell the symbol's type, but one that is the
// same in memory.
func (s *Symbol) DeclAs(name, typ string) string {
	var b strings.Builder
	if s.NoEscape {
		b.WriteString("//go:noescape\n")
	}
	b.WriteString("//go:linkname " + name + " " + s.Link() + "\n")
	if s.Kind == Var {
		b.WriteString("var " + name + " " + typ + "\n")
	} else {
		b.WriteString("func " + name + typ + "\n")
	}
	return b.String()
}

// Push returns the directive by which a symbol's owner lets others reach it.
func (s *Symbol) Push() string {
	if s.link != "" {
		return "//go:linkname " + s.Name + " " + s.Link() + "\n"
	}
	return "//go:linkname " + s.Name + "\n"
}

// Names are the identifiers that the injected files of a package, and the text spliced
// into it, name and declare.
type Names struct{ named, declared map[string]bool }

// File notes those of an injected file.
func (n *Names) File(f *ast.File) {
	n.init()
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				n.declared[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.ValueSpec:
					for _, id := range s.Names {
						n.declared[id.Name] = true
					}
				case *ast.TypeSpec:
					n.declared[s.Name.Name] = true
				}
			}
		}
	}
	ast.Inspect(f, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok && strings.HasPrefix(id.Name, prefix) {
			n.named[id.Name] = true
		}
		return true
	})
}

// Code notes the symbols that spliced text names.
func (n *Names) Code(code string) {
	n.init()
	for {
		i := strings.Index(code, prefix)
		if i < 0 {
			return
		}
		code = code[i:]
		end := strings.IndexFunc(code, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if end < 0 {
			end = len(code)
		}
		n.named[code[:end]] = true
		code = code[end:]
	}
}

func (n *Names) init() {
	if n.named == nil {
		n.named, n.declared = map[string]bool{}, map[string]bool{}
	}
}

// prefix begins the names of what is injected.
const prefix = "drift"

// Reached returns the symbols that the package of that path has, and others reach.
func (n *Names) Reached(path string) []*Symbol {
	var list []*Symbol
	for _, s := range All {
		if s.Owner == path && n.declared[s.Name] {
			list = append(list, s)
		}
	}
	return list
}

// Stubs returns a file for the package of that path and name, whose other injected
// files and splices are noted: the declarations of what they reach elsewhere, and the
// directives of what others reach there. It is nil where there is neither.
func (n *Names) Stubs(path, name string) []byte {
	var b bytes.Buffer
	context, http, trace := "", "", ""
	for _, c := range constants {
		if n.named[c.name] && !n.declared[c.name] {
			fmt.Fprintf(&b, "\nconst %s = %d\n", c.name, c.value)
		}
	}
	for _, s := range All {
		switch {
		case s.Owner == path && n.declared[s.Name]:
			b.WriteString("\n" + s.Push())
		case s.Owner != path && n.named[s.Name] && !n.declared[s.Name]:
			b.WriteString("\n" + s.Decl(s.Name))
			if strings.Contains(s.Type, "context.") {
				context = "; import \"context\""
			}
			if strings.Contains(s.Type, "http.") {
				http = "; import \"net/http\""
			}
			if strings.Contains(s.Type, "trace.") {
				trace = "; import \"" + Trace + "\""
			}
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return append([]byte("package "+name+context+http+"; import \"unsafe\""+trace+"\n\nvar _ unsafe.Pointer\n"), b.Bytes()...)
}

// RangeType is the type of what package runtime keeps of a loop over a func, on the
// stack of who loops, and RangeState its fields.
const (
	RangeType  = "driftRange"
	RangeState = "base uint64; g, other, top, bottom unsafe.Pointer; in bool"
)
