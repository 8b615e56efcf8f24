# Symbol versions: of the C library, and of libraries with version scripts of their own.
vlib() { # DIR VERSIONS...: libver.so.1 with f@V for each
  mkdir -p $1; local dir=$1 last=; shift
  : > $dir/map
  for v in "$@"; do printf '%s { global: f_%s; } %s;\n' $v $v "$last" >> $dir/map; last=$v; done
  { for v in "$@"; do printf 'int f_%s(void) { return 1; }\n' $v; done; echo 'int f_plain(void) { return 0; }'; } > $dir/ver.c
  gcc -shared -fPIC -o $dir/libver.so.1 -Wl,-soname,libver.so.1 $( (($#)) && echo -Wl,--version-script=$dir/map) $dir/ver.c && ln -sf libver.so.1 $dir/libver.so
}
vlib out/v2 V1 V2; vlib out/v1 V1; vlib out/v3 V1 V2 V3; vlib out/none
# the library without versions has all functions
{ echo 'int f_V1(void){return 1;} int f_V2(void){return 1;} int f_V3(void){return 1;} int f_plain(void){return 0;}'; } | gcc -x c -shared -fPIC -Wl,-soname,libver.so.1 -o out/none/libver.so.1 -
# another script: the same function moved to another node
printf 'V9 { global: f_V1; f_V2; };\n' > out/moved.map; mkdir -p out/moved; echo 'int f_V1(void){return 1;} int f_V2(void){return 1;}' | gcc -x c -shared -fPIC -Wl,-soname,libver.so.1 -Wl,--version-script=out/moved.map -o out/moved/libver.so.1 -
need() { # NAME FUNCTION LINKED-AGAINST
  module p-$1 example.com/p-$1; printf 'package main\n\n// int %s(void);\nimport "C"\n\nfunc F() int { return int(C.%s()) }\n' $2 $2 > p-$1/main.go
  CGO_LDFLAGS="-L$PWD/out/$3 -lver" plugin $1 p-$1
}
need v1 f_V1 v1; need v2 f_V2 v2; need v3 f_V3 v3; need unversioned f_V1 none
for runtime in v1 v2 v3 none moved; do for one in v1 v2 v3 unversioned; do
  cp out/$one.so out/$one-on-$runtime.so && patchelf --set-rpath "\$ORIGIN/$runtime" out/$one-on-$runtime.so && pair plain $one-on-$runtime.so
done; done
# The C library's own: a name of a later version, a private one, and an old one that only a shim asks for.
clib() { module c-$1 example.com/c-$1; printf 'package main\n\n%b\nimport "C"\n\nfunc F() { C.call() }\n' "$2" > c-$1/main.go; plugin $1 c-$1 && pair plain $1.so; }
clib old-memcpy '// #include <string.h>\n// __asm__(".symver memcpy,memcpy@GLIBC_2.2.5");\n// static void call(void) { char a[9], b[9]; volatile int n = 9; memcpy(a, b, n); }'
clib dlsym '// #include <dlfcn.h>\n// static void call(void) { dlsym(0, "x"); }'
clib arc4 '// #include <stdlib.h>\n// static void call(void) { arc4random(); }'
clib private '// void __libc_siglongjmp(void);\n// __asm__(".symver __libc_siglongjmp,__libc_siglongjmp@GLIBC_PRIVATE");\n// static void call(void) { __libc_siglongjmp(); }'
sed 's/GLIBC_2.36/GLIBC_2.99/g' out/arc4.so > out/later-libc.so; pair plain later-libc.so
sed 's/GLIBC_2.2.5/GLIBC_2.2.4/g' out/v1.so > out/odd-libc.so; pair plain odd-libc.so
sequence plain v2-on-v2.so v3-on-v3.so
sequence plain v3-on-v3.so v2-on-v1.so v1-on-none.so
sequence plain v1-on-none.so v2-on-v2.so v3-on-v1.so
sequence plain v2-on-v1.so v2-on-v2.so v1-on-v1.so
