// Package source reads what reflection can't see of components in the source of their modules:
// comments at fields, constants, keys that an Unmarshal looks up; and what a module ships beside
// its code: config.schema.yaml, metadata.yaml, README.md.
package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Tree is where the packages of a build lie.
type Tree struct {
	// folders has the folder of each import path.
	folders map[string]string
	parsed  map[string]*pkg
}

// NewTree takes the folder of each package.
func NewTree(folders map[string]string) *Tree {
	return &Tree{folders: folders, parsed: map[string]*pkg{}}
}

// Folder of a package; empty when it is not known.
func (t *Tree) Folder(importPath string) string { return t.folders[importPath] }

// pkg is the declarations of one package.
type pkg struct {
	types     map[string]declared
	methods   map[string][]*ast.FuncDecl
	constants []constant
	texts     map[string]string
}

type declared struct {
	spec *ast.TypeSpec
	doc  string
}

type constant struct{ typ, value string }

// of parses the package of a type, once. A file that does not parse is left out.
func (t *Tree) of(importPath string) *pkg {
	if p, ok := t.parsed[importPath]; ok {
		return p
	}
	p := &pkg{types: map[string]declared{}, methods: map[string][]*ast.FuncDecl{}, texts: map[string]string{}}
	t.parsed[importPath] = p
	folder := t.folders[importPath]
	entries, err := os.ReadDir(folder)
	if folder == "" || err != nil {
		return p
	}
	files := token.NewFileSet()
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, filepath.Join(folder, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err == nil {
			p.add(file)
		}
	}
	return p
}

func (p *pkg) add(file *ast.File) {
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil && len(d.Recv.List) == 1 {
				receiver := typeName(d.Recv.List[0].Type)
				p.methods[receiver] = append(p.methods[receiver], d)
			}
		case *ast.GenDecl:
			p.addAll(d)
		}
	}
}

func (p *pkg) addAll(d *ast.GenDecl) {
	typ := ""
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			doc := s.Doc.Text()
			if doc == "" {
				doc = d.Doc.Text()
			}
			// Of a type that two files have, for two systems, the first counts.
			if _, there := p.types[s.Name.Name]; !there {
				p.types[s.Name.Name] = declared{s, doc}
			}
		case *ast.ValueSpec:
			if d.Tok != token.CONST {
				continue
			}
			if s.Type != nil || len(s.Values) > 0 {
				typ = typeName(s.Type)
			}
			p.addConstants(s, typ)
		}
	}
}

func (p *pkg) addConstants(s *ast.ValueSpec, typ string) {
	for i, value := range s.Values {
		text, ok := literal(value)
		// Level("debug") says its type by converting.
		if call, is := value.(*ast.CallExpr); is && len(call.Args) == 1 && !ok {
			if text, ok = literal(call.Args[0]); ok && typ == "" {
				typ = typeName(call.Fun)
			}
		}
		if !ok {
			continue
		}
		if i < len(s.Names) {
			p.texts[s.Names[i].Name] = text
		}
		p.constants = append(p.constants, constant{typ, text})
	}
}

func literal(expression ast.Expr) (string, bool) {
	basic, ok := expression.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	return unquoted(basic.Value)
}

// typeName of an expression without its package, pointer and type parameters.
func typeName(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	}
	return ""
}

// Doc is the comment at a field of a type, above it or behind it; without a field, that at the type.
func (t *Tree) Doc(typ reflect.Type, field string) string {
	// A generic type has its parameters in its name.
	name, _, _ := strings.Cut(typ.Name(), "[")
	if name == "" || typ.PkgPath() == "" {
		return ""
	}
	d, ok := t.of(typ.PkgPath()).types[name]
	if !ok {
		return ""
	}
	if field == "" {
		return tidy(d.doc)
	}
	structure, ok := d.spec.Type.(*ast.StructType)
	if !ok {
		return ""
	}
	for _, f := range structure.Fields.List {
		names := []string{typeName(f.Type)}
		if len(f.Names) > 0 {
			names = nil
			for _, ident := range f.Names {
				names = append(names, ident.Name)
			}
		}
		if !slices.Contains(names, field) {
			continue
		}
		if doc := tidy(f.Doc.Text()); doc != "" {
			return doc
		}
		return tidy(f.Comment.Text())
	}
	return ""
}

// tidy leaves out what is for programmers only.
func tidy(doc string) string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(doc), "\n") {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "TODO") || strings.HasPrefix(trimmed, "nolint") || strings.HasPrefix(trimmed, "#nosec") {
			continue
		}
		lines = append(lines, strings.TrimRight(line, " \t"))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Constants are the values of a type's string constants, in the order of the source.
func (t *Tree) Constants(typ reflect.Type) []string {
	var values []string
	for _, c := range t.of(typ.PkgPath()).constants {
		if c.typ == typ.Name() {
			values = append(values, c.value)
		}
	}
	return values
}

// Keys are the texts that a type's own Unmarshal passes to Sub, Get, IsSet or Delete of its configuration.
func (t *Tree) Keys(typ reflect.Type) []string {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	p := t.of(typ.PkgPath())
	found := map[string]bool{}
	for _, method := range p.methods[typ.Name()] {
		if method.Name.Name != "Unmarshal" {
			continue
		}
		ast.Inspect(method, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			called, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"Sub", "Get", "IsSet", "Delete"}, called.Sel.Name) {
				return true
			}
			text, ok := literal(call.Args[0])
			if ident, is := call.Args[0].(*ast.Ident); is && !ok {
				text, ok = p.texts[ident.Name]
			}
			if ok && text != "" && !strings.Contains(text, "::") {
				found[text] = true
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// Subcomponents are the types that metadata.yaml files below the package of a type give:
// hostmetrics has scrapers inside.
func (t *Tree) Subcomponents(typ reflect.Type) []string {
	folder := t.folders[typ.PkgPath()]
	if folder == "" {
		return nil
	}
	found := map[string]bool{}
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "metadata.yaml" || filepath.Dir(path) == folder {
			return nil //nolint:nilerr // A folder that can't be read has nothing to say.
		}
		var metadata struct{ Type string }
		if text, err := os.ReadFile(path); err == nil && yaml.Unmarshal(text, &metadata) == nil && metadata.Type != "" {
			found[metadata.Type] = true
		}
		return nil
	})
	return slices.Sorted(maps.Keys(found))
}
