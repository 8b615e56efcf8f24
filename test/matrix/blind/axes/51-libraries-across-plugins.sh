# What a process has already decides: sonames, files under two names, libraries of plugins that failed, and C symbols that an earlier
# plugin exports.
lib() { local file=$1 body=$2; shift 2; mkdir -p "$(dirname "$file")"; printf '%b\n' "$body" | gcc -x c -shared -fPIC -o "$file" - "$@"; }
use() { # NAME FUNCTIONS LDFLAGS
  module p-$1 example.com/la-$1; { printf 'package main\n\n'; for f in $2; do printf '// int %s(void);\n' $f; done; printf 'import "C"\n\nfunc F() (n int) {\n'; for f in $2; do printf '\tn += int(C.%s())\n' $f; done; printf '\treturn\n}\n'; } > p-$1/main.go
  CGO_LDFLAGS="$3" plugin $1 p-$1
}
# one file under two names, a copy of it, and the same soname from a symbolic link
lib out/a/libone.so.1 'int one(void) { return 1; }' -Wl,-soname,libone.so.1; ln -s libone.so.1 out/a/libone.so
mkdir -p out/b out/c; ln -s ../a/libone.so.1 out/b/libone.so.1; cp out/a/libone.so.1 out/c/libone.so.1
for d in a b c; do use one-$d one "-L$PWD/out/a -lone -Wl,-rpath,$PWD/out/$d"; done
use one-bare one "-L$PWD/out/a -lone"
# no soname: the name it was found by counts
lib out/n1/libnone.so 'int none(void) { return 1; }'; lib out/n2/libnone.so 'int none(void) { return 2; } int more(void) { return 2; }'
use none-1 none "-L$PWD/out/n1 -lnone -Wl,-rpath,$PWD/out/n1"; use none-2 'none more' "-L$PWD/out/n2 -lnone -Wl,-rpath,$PWD/out/n2"
# libraries of libraries: the inner one comes from whoever was first
lib out/i1/libinner.so.1 'int inner(void) { return 1; }' -Wl,-soname,libinner.so.1; lib out/i2/libinner.so.1 'int inner(void) { return 2; } int inner2(void) { return 2; }' -Wl,-soname,libinner.so.1
ln -s libinner.so.1 out/i1/libinner.so; ln -s libinner.so.1 out/i2/libinner.so
lib out/o1/libouter1.so 'int inner(void); int outer1(void) { return inner(); }' -Lout/i1 -linner "-Wl,-rpath,\$ORIGIN/../i1"
lib out/o2/libouter2.so 'int inner2(void); int outer2(void) { return inner2(); }' -Lout/i2 -linner "-Wl,-rpath,\$ORIGIN/../i2"
use outer-1 outer1 "-L$PWD/out/o1 -louter1 -Wl,-rpath,$PWD/out/o1"; use outer-2 outer2 "-L$PWD/out/o2 -louter2 -Wl,-rpath,$PWD/out/o2"
use inner-2 inner2 "-L$PWD/out/i2 -linner -Wl,-rpath,$PWD/out/i2"
# a plugin whose dlopen fails takes its libraries with it
use wants-absent 'outer1 absent_everywhere' "-L$PWD/out/o1 -louter1 -Wl,-rpath,$PWD/out/o1 -Wl,--unresolved-symbols=ignore-all"
# a C function of an earlier plugin in place of the library's
use defines-inner2 '' ''; printf 'int inner2(void) { return 7; }\nint absent_everywhere(void) { return 8; }\n' > p-defines-inner2/c.c; printf 'package main\n\nimport "C"\n' > p-defines-inner2/main.go; plugin defines-inner2 p-defines-inner2
pair plain one-a.so one-b.so one-c.so one-bare.so none-1.so none-2.so outer-1.so outer-2.so inner-2.so wants-absent.so defines-inner2.so
sequence plain one-a.so one-b.so one-c.so one-bare.so
sequence plain one-bare.so one-c.so one-bare.so
sequence plain none-1.so none-2.so
sequence plain none-2.so none-1.so
sequence plain outer-1.so outer-2.so inner-2.so
sequence plain outer-2.so outer-1.so inner-2.so
sequence plain wants-absent.so outer-2.so outer-1.so
sequence plain outer-1.so wants-absent.so outer-2.so
sequence plain outer-1.so defines-inner2.so outer-2.so inner-2.so
sequence plain defines-inner2.so wants-absent.so outer-2.so
module h example.com/la-h; printf 'package main\n\nimport "C"\n' > h/with.go
CGO_LDFLAGS="-L$PWD/out/i1 -Wl,--no-as-needed -linner -Wl,-rpath,$PWD/out/i1" host has-inner1 h
CGO_LDFLAGS="-L$PWD/out/i2 -Wl,--no-as-needed -linner -Wl,-rpath,$PWD/out/i2" host has-inner2 h
pair has-inner1 inner-2.so outer-2.so outer-1.so; pair has-inner2 inner-2.so outer-2.so outer-1.so
sequence has-inner1 inner-2.so defines-inner2.so inner-2.so outer-2.so
