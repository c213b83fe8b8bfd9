package otel

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// The frame is declared in the stand-ins for vetting alone. What is injected is
// goruntime's: every field and flag used here must be one of that, of the same
// type and value.
func TestStandInIsTheFrame(t *testing.T) {
	real := declared(t, "../goruntime/inject/frame.go")
	if len(real) < 10 {
		t.Errorf("only %d declarations in frame.go", len(real))
	}
	for _, file := range []string{"inject/trace/stand_in.go", "inject/sdktrace/stand_in.go", "inject/baggage/stand_in.go", "../rt/inject/stand_in.go"} {
		for name, text := range declared(t, file) {
			frame := strings.HasPrefix(name, "driftFrame.") || strings.HasPrefix(name, "driftAliasFrame.") || strings.HasPrefix(name, "const drift")
			if frame && real[name] != text {
				t.Errorf("%s is %q in frame.go, %q in %s", name, real[name], text, file)
			}
		}
	}
}

// declared returns a file's struct fields with their types and its constants
// with their place in their declaration.
func declared(t *testing.T, name string) map[string]string {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, d := range f.Decls {
		gd, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for i, s := range gd.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				if gd.Tok == token.CONST {
					for _, id := range s.Names {
						found["const "+id.Name] = string(rune('0' + i))
					}
				}
			case *ast.TypeSpec:
				st, ok := s.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, field := range st.Fields.List {
					var b strings.Builder
					if err := format.Node(&b, fset, field.Type); err != nil {
						t.Fatal(err)
					}
					for _, id := range field.Names {
						found[s.Name.Name+"."+id.Name] = b.String()
					}
				}
			}
		}
	}
	return found
}
