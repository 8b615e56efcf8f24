# One shared package, changed in ways that a person would call harmless. Host and plugins are separate modules with the package in a
# folder of their own each; all are built with -trimpath, so folders do not differ.
base() { # DIR: the package as the host has it
  module $1 example.com/dep
  put $1/dep.go <<'G'
// Package dep is shared.
package dep

import "strings"

// Limit is a limit.
const Limit = 10

const hidden = 3

var table = map[string]int{"a": 1}

var Default = New("x")

type Thing struct {
	Name string `json:"name"`
	n    int
}

type Doer interface{ Do(string) error }

func New(name string) *Thing { return &Thing{Name: name, n: hidden} }

func (t *Thing) Do(s string) error {
	for i := 0; i < t.n; i++ {
		if strings.Contains(s, t.Name) {
			t.n += table[s]
			defer func() { _ = recover() }()
		}
	}
	return nil
}

//go:noinline
func Big(s string) string {
	return strings.Repeat(s, Limit)
}

func Map[K comparable, V any](m map[K]V, f func(V) V) map[K]V {
	out := make(map[K]V, len(m))
	for k, v := range m {
		out[k] = f(v)
	}
	return out
}
G
}
base host-dep
module app example.com/app
printf 'require example.com/dep v1.0.0\nreplace example.com/dep => ../host-dep\n' >> app/go.mod
printf 'package main\n\nimport "example.com/dep"\n\nvar _ = dep.Big\nvar _ = dep.Map[string, int]\n' > app/with.go
host app app -trimpath
host app-untrimmed app
cp out/app "$COMMON/"

variant() { # NAME SED-SCRIPT
  base dep-$1
  sed -i "$2" dep-$1/dep.go
  module p-$1 example.com/p-$1
  printf 'require example.com/dep v1.0.0\nreplace example.com/dep => ../dep-%s\n' $1 >> p-$1/go.mod
  printf 'package main\n\nimport "example.com/dep"\n\nfunc Handle() string { return dep.Big("x") + dep.New("y").Name }\n\nvar M = dep.Map(map[float32]int8{}, func(v int8) int8 { return v })\n' > p-$1/main.go
  plugin $1 p-$1 -trimpath && pair app $1.so
}
variant same ''
variant comment-at-end '$a // the end'
variant comment-on-line 's#Limit is a limit#Limit is the limit#'
variant line-added-above '3i // one more line'
variant line-added-last '$a \\n\n'
variant hidden-constant 's/hidden = 3/hidden = 4/'
variant exported-constant 's/Limit = 10/Limit = 11/'
variant table-value 's/"a": 1/"a": 2/'
variant default-value 's/New("x")/New("z")/'
variant body-not-inlined 's/strings.Repeat(s, Limit)/strings.Repeat(s+s, 10)/'
variant body-with-defer 's/t.n += table/t.n -= table/'
variant body-inlined 's/n: hidden}/n: hidden + 1}/'
variant generic-body 's/out\[k\] = f(v)/out[k] = f(f(v))/'
variant struct-tag 's/json:"name"/json:"nom"/'
variant hidden-field 's/	n    int/	n, m int/'
variant hidden-field-type 's/	n    int/	n    int64/;s/i := 0; i/i := int64(0); i/;s/t.n += table/t.n += int64(table/;s/\[s\]$/[s])/'
variant hidden-function '$a func helper() int { return 1 }'
variant hidden-method '$a func (t *Thing) helper() int { return 1 }'
variant exported-function '$a func More() {}'
variant interface-method 's/Do(string) error }/Do(string) error; More() }/'
variant init-function '$a func init() { table["b"] = 2 }'
variant local-name 's/func (t \*Thing) Do(s string)/func (t *Thing) Do(text string)/;s/Contains(s,/Contains(text,/;s/table\[s\]/table[text]/'
variant crlf 's/$/\r/'
variant more-imports 's/import "strings"/import ("strings"; "strconv")/;$a var _ = strconv.Itoa'
variant noinline 's#^func New#//go:noinline\nfunc New#'
variant alias '$a type Alias = Thing'

# The same text in another file name, in two files, with a test beside it, in a module of another version.
base dep-renamed && mv dep-renamed/dep.go dep-renamed/other.go
base dep-split && printf 'package dep\n' > dep-split/zz.go
base dep-tests && printf 'package dep\n\nimport "testing"\n\nfunc TestX(t *testing.T) {}\n' > dep-tests/dep_test.go
base dep-doc && printf '// Package dep.\npackage dep\n' > dep-doc/doc.go
base dep-go125 && sed -i 's/^go .*/go 1.25/' dep-go125/go.mod
base dep-go121 && sed -i 's/^go .*/go 1.21/' dep-go121/go.mod
base dep-asm && printf 'TEXT ·nop(SB),4,$0-0\n\tRET\n' > dep-asm/nop_amd64.s && printf 'package dep\n\nfunc nop()\n' > dep-asm/nop.go
base dep-embed && printf 'one' > dep-embed/data.txt && printf 'package dep\n\nimport _ "embed"\n\n//go:embed data.txt\nvar data string\n' > dep-embed/e.go
for v in renamed split tests doc go125 go121 asm embed; do
  module p-$v example.com/p-$v 1.25
  printf 'require example.com/dep v1.0.0\nreplace example.com/dep => ../dep-%s\n' $v >> p-$v/go.mod
  printf 'package main\n\nimport "example.com/dep"\n\nfunc Handle() string { return dep.Big("x") }\n' > p-$v/main.go
  plugin $v p-$v -trimpath && pair app $v.so
done
plugin same-untrimmed p-same
pair app same-untrimmed.so
pair app-untrimmed same.so same-untrimmed.so
# A host without the package: whoever comes first decides.
sequence plain-trim same.so generic-body.so body-inlined.so same.so
sequence plain-trim same.so same-untrimmed.so
sequence plain-trim body-inlined.so same.so comment-at-end.so hidden-constant.so
sequence app comment-on-line.so body-not-inlined.so table-value.so embed.so asm.so
sequence usual-trim struct-tag.so local-name.so same.so
