# Symbol versions against what an earlier plugin brought: a soname with other version nodes, weak wants, names that moved between nodes.
v() { # DIR MAP BODY
  mkdir -p out/$1; printf '%b' "$2" > out/$1/map; printf '%b\n' "$3" | gcc -x c -shared -fPIC -o out/$1/libv.so.1 - -Wl,-soname,libv.so.1 ${2:+-Wl,--version-script=out/$1/map}; ln -sf libv.so.1 out/$1/libv.so
}
v one 'A { global: f; };\n' 'int f(void) { return 1; }'
v two 'A { global: f; };\nB { global: g; } A;\n' 'int f(void) { return 1; } int g(void) { return 2; }'
v moved 'B { global: f; g; };\n' 'int f(void) { return 1; } int g(void) { return 2; }'
v none '' 'int f(void) { return 1; } int g(void) { return 2; }'
v hidden 'A { global: f; local: *; };\n' 'int f(void) { return 1; } int g(void) { return 2; }'
v two-defaults 'A { };\nB { } A;\n' '__asm__(".symver f_old,f@A"); __asm__(".symver f_new,f@@B"); int f_old(void) { return 1; } int f_new(void) { return 2; } int g(void) { return 1; }'
use() { module p-$1 example.com/va-$1; printf 'package main\n\n// int %s(void);\nimport "C"\n\nfunc F() int { return int(C.%s()) }\n' $2 $2 > p-$1/main.go; CGO_LDFLAGS="-L$PWD/out/$3 -lv -Wl,-rpath,$PWD/out/${4:-$3}" plugin $1 p-$1; }
use f-one f one; use g-two g two; use f-moved f moved; use f-none f none; use g-none g none; use f-default f two-defaults; use f-one-on-default f one two-defaults; use g-two-on-one g two one; use g-none-on-hidden g none hidden; use f-none-on-default f none two-defaults; use f-one-on-none f one none; use f-one-on-moved f one moved
all='f-one.so g-two.so f-moved.so f-none.so g-none.so f-default.so f-one-on-default.so g-two-on-one.so g-none-on-hidden.so f-none-on-default.so f-one-on-none.so f-one-on-moved.so'
pair plain $all
sequence plain f-one.so g-two.so f-moved.so g-none.so
sequence plain g-two.so f-one.so g-two-on-one.so f-default.so
sequence plain f-none.so f-one.so g-two.so f-moved.so
sequence plain f-moved.so f-none.so g-two.so f-one.so
sequence plain f-default.so f-one.so f-none.so g-none-on-hidden.so
sequence plain g-none-on-hidden.so g-none.so f-none.so f-one.so
