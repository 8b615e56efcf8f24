# Symbol versions beyond what is there or not: hidden ones, references without a version, base versions, weak wants, libraries of libraries.
v() { # DIR MAP BODY
  mkdir -p out/$1; printf '%b' "$2" > out/$1/map; printf '%b\n' "$3" | gcc -x c -shared -fPIC -o out/$1/libv.so.1 - -Wl,-soname,libv.so.1 ${2:+-Wl,--version-script=out/$1/map}; ln -sf libv.so.1 out/$1/libv.so
}
v none '' 'int f(void) { return 1; } int g(void) { return 1; }'
v a 'A { global: f; g; };\n' 'int f(void) { return 1; } int g(void) { return 1; }'
v ab 'A { global: g; };\nB { global: f; } A;\n' 'int f(void) { return 1; } int g(void) { return 1; }'
v hidden-first 'A { };\nB { global: g; } A;\n' '__asm__(".symver f_old,f@A"); int f_old(void) { return 1; } int g(void) { return 1; }'
v hidden-second 'A { global: g; };\nB { } A;\n' '__asm__(".symver f_old,f@B"); int f_old(void) { return 1; } int g(void) { return 1; }'
v hidden-both 'A { };\nB { };\nC { global: g; };\n' '__asm__(".symver f_1,f@A"); __asm__(".symver f_2,f@B"); int f_1(void) { return 1; } int f_2(void) { return 1; } int g(void) { return 1; }'
v third 'X { };\nA { global: g; };\nB { global: f; } A;\n' 'int f(void) { return 1; } int g(void) { return 1; }'
v base 'A { global: h; };\n' 'int f(void) { return 1; } int g(void) { return 1; } int h(void) { return 1; }'
v local-rest 'A { global: g; local: *; };\n' 'int f(void) { return 1; } int g(void) { return 1; }'
use() { module p-$1 example.com/vm-$1; printf 'package main\n\n// int %s(void)%s;\nimport "C"\n\nfunc F() int { return int(C.%s()) }\n' $2 "${5:-}" $2 > p-$1/main.go; CGO_LDFLAGS="-L$PWD/out/$3 -lv -Wl,-rpath,$PWD/out/$4" plugin $1 p-$1; pair plain $1.so; }
for at in none a ab hidden-first hidden-second hidden-both third base local-rest; do use f-none-on-$at f none $at; use f-a-on-$at f a $at; use f-ab-on-$at f ab $at; done
# A library between: what it wants in a version is looked for in the one that is mapped.
mid() { mkdir -p out/mid-$1; gcc -x c -shared -fPIC -Wl,-soname,libm-$1.so -Wl,-rpath,$PWD/out/$2 -L$PWD/out/$1 -o out/mid-$1/libm-$1.so - -lv <<< 'int f(void); int m(void) { return f(); }'; }
mid a ab; mid ab a; mid none hidden-second
through() { module t-$1 example.com/through-$1; printf 'package main\n\n// int m(void);\nimport "C"\n\nfunc F() int { return int(C.m()) }\n' > t-$1/main.go; CGO_LDFLAGS="-L$PWD/out/mid-$1 -lm-$1 -Wl,-rpath,$PWD/out/mid-$1 -Wl,-rpath-link,$PWD/out/$1" plugin through-$1 t-$1; pair plain through-$1.so; }
through a; through ab; through none
sequence plain f-none-on-hidden-second.so f-ab-on-ab.so f-a-on-a.so
sequence plain f-ab-on-ab.so f-none-on-none.so f-a-on-a.so through-a.so
sequence plain f-none-on-none.so through-a.so f-ab-on-ab.so
