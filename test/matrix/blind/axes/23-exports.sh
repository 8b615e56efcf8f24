# The symbol that the host looks up: of every kind, missing, hidden by a tool, and among odd neighbours.
e() { local name=$1; module $name example.com/x-$name 1.24; printf '%b\n' "package main\n\n$2" > $name/main.go; plugin e-$name $name && pair plain e-$name.so; }
e function 'func Entry() {}'
e with-results 'func Entry(a int, b ...string) (map[string]chan<- int, error) { return nil, nil }'
e variable 'var Entry = 3'
e zero-variable 'var Entry int'
e pointer 'type T struct{}\nvar Entry *T'
e interface 'var Entry interface{ Do() }'
e embedded-type 'import "net/http"\nvar Entry http.Handler'
e struct-value 'type T struct{ A []T; F func(T) T }\nvar Entry T'
e closure 'var Entry = func() int { return 1 }'
e big-array 'var Entry [1 << 22]byte'
e empty-struct 'var Entry struct{}'
e constant 'const Entry = 3'
e type-only 'type Entry struct{}'
e generic 'func Entry[T any](t T) T { return t }'
e generic-instance 'func e[T any](t T) T { return t }\nvar Entry = e[int]'
e alias 'import "errors"\nvar Entry = errors.New'
e hidden 'func entry() {}\n// no Entry'
e only-method 'type T struct{}\nfunc (T) Entry() {}'
e c-export 'import "C"\n\n//export Entry\nfunc Entry() C.int { return 1 }'
e c-export-other-name 'import "C"\n\n//export Other\nfunc Entry() C.int { return 1 }'
e linknamed 'import _ "unsafe"\n\n//go:linkname Entry example.com/elsewhere.Entry\nfunc Entry() {}'
e assembly 'func Entry()'; printf 'TEXT ·Entry(SB),4,$0-0\n\tRET\n' > assembly/e_amd64.s; plugin e-assembly-s assembly && pair plain e-assembly-s.so
e unicode 'func Ünïcode() {}\nfunc Entry() {}\nvar Ελλάδα = 1'
e many 'func Entry() {}\n'"$(for i in $(seq 400); do printf 'func F%d() {}\\nvar V%d = %d\\n' $i $i $i; done)"
e no-main-function 'import _ "fmt"\nfunc Entry() {}\nfunc main() { panic(1) }'
e unused-import-c 'import "C"\nfunc Entry() {}'
e noinline '//go:noinline\nfunc Entry() {}'
e nosplit '//go:nosplit\nfunc Entry() {}'
e blank 'var _ = 1 // nothing of the name Entry'
e prefix 'func EntryPoint() {}\nfunc ReEntry() {}'
e case 'func ENTRY() {} // not Entry'
cp out/e-function.so out/e-hash.so; patchelf --rename-dynamic-symbols <(printf 'example.com/x-function.Entry example.com/x-function.Yrtne\n') out/e-hash.so && pair plain e-hash.so
sequence plain e-function.so e-hidden.so e-variable.so e-hidden.so e-function.so
sequence plain e-c-export.so e-c-export-other-name.so e-linknamed.so
sequence plain e-hash.so e-function.so e-hash.so
sequence usual e-constant.so e-type-only.so e-generic.so e-embedded-type.so
