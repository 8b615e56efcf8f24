# Plugins that bring C libraries: the second gets what the first brought, by name, and what it lacks.
lib() { local file=$1 body=$2; shift 2; mkdir -p "$(dirname "$file")"; printf '%b\n' "$body" | gcc -x c -shared -fPIC -o "$file" "$@" -; }
lib out/one/libx.so.1 'int x_old(void) { return 1; }' -Wl,-soname,libx.so.1
lib out/two/libx.so.1 'int x_old(void) { return 2; } int x_new(void) { return 2; }' -Wl,-soname,libx.so.1
lib out/bare/libbare.so 'int bare(void) { return 1; }'
ln -sf libx.so.1 out/one/libx.so; ln -sf libx.so.1 out/two/libx.so
use() { # NAME FUNCTION LDFLAGS
  module p-$1 example.com/so-$1; printf 'package main\n\n// int %s(void);\nimport "C"\n\nfunc F() int { return int(C.%s()) }\n' $2 $2 > p-$1/main.go
  CGO_LDFLAGS="$3" plugin $1 p-$1 -trimpath
}
use old x_old "-L$PWD/out/one -lx -Wl,-rpath,$PWD/out/one"
use new x_new "-L$PWD/out/two -lx -Wl,-rpath,$PWD/out/two"
use old-on-two x_old "-L$PWD/out/two -lx -Wl,-rpath,$PWD/out/two"
use borrows x_old '-Wl,--unresolved-symbols=ignore-all'
use borrows-new x_new '-Wl,--unresolved-symbols=ignore-all'
use bare bare "-L$PWD/out/bare -lbare -Wl,-rpath,$PWD/out/bare"
use bare-nowhere bare "-L$PWD/out/bare -lbare"
use needs-new-badly x_new "-L$PWD/out/two -lx"
pair plain-trim old.so new.so old-on-two.so borrows.so borrows-new.so bare.so bare-nowhere.so needs-new-badly.so
sequence plain-trim old.so new.so
sequence plain-trim new.so old.so
sequence plain-trim old-on-two.so new.so
sequence plain-trim borrows.so old.so borrows.so borrows-new.so
sequence plain-trim old.so borrows.so borrows-new.so new.so
sequence plain-trim new.so borrows-new.so needs-new-badly.so
sequence plain-trim bare.so bare-nowhere.so
sequence plain-trim bare-nowhere.so bare.so bare-nowhere.so
# A plugin that fails its hash check stays in the process, and its libraries with it.
module dep example.com/dep; printf 'package dep\n\nfunc D() int { return 1 }\n' > dep/dep.go
module dep2 example.com/dep; printf 'package dep\n\nfunc D() int { return 22 + 1 }\n' > dep2/dep.go
go_with() { module $1 example.com/$1; printf 'require example.com/dep v1.0.0\nreplace example.com/dep => ../%s\n' $2 >> $1/go.mod; printf 'package main\n\n%b\nimport "example.com/dep"\n\nfunc F() int { return dep.D()%s }\n' "$3" "$4" > $1/main.go; }
go_with gives-x dep2 '// int x_new(void);\nimport "C"' ' + int(C.x_new())'
CGO_LDFLAGS="-L$PWD/out/two -lx -Wl,-rpath,$PWD/out/two" plugin gives-x gives-x -trimpath
go_with plain-dep dep '' ''
plugin plain-dep plain-dep -trimpath
sequence plain-trim plain-dep.so gives-x.so borrows-new.so old.so
sequence plain-trim gives-x.so plain-dep.so borrows-new.so
# A plugin that names another plugin as a library.
cp out/plain-dep.so out/names-other.so; patchelf --add-needed "$PWD/out/old.so" out/names-other.so
cp out/plain-dep.so out/names-other2.so; patchelf --add-needed old.so --set-rpath '$ORIGIN' out/names-other2.so
pair plain-trim names-other.so names-other2.so
sequence plain-trim names-other.so old.so new.so
sequence plain-trim old.so names-other.so
sequence plain-trim names-other2.so old-on-two.so old.so
