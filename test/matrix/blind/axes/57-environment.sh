# Variables that ld.so obeys, set for the host and for ocx alike.
mkdir -p out/right out/old out/wrong out/hw/glibc-hwcaps/x86-64-v2 out/hw/glibc-hwcaps/x86-64-v4
gcc -x c -shared -fPIC -Wl,-soname,libe.so -o out/right/libe.so - <<< 'int e(void) { return 1; } int e2(void) { return 1; }'
gcc -x c -shared -fPIC -Wl,-soname,libe.so -o out/old/libe.so - <<< 'int e(void) { return 1; }'
cp out/right/libe.so out/hw/glibc-hwcaps/x86-64-v2/; cp out/old/libe.so out/hw/glibc-hwcaps/x86-64-v4/
printf 'int e(void);\n' | aarch64-linux-gnu-gcc -x c -shared -fPIC -nostdlib -Wl,-soname,libe.so -o out/wrong/libe.so -
module p example.com/env; printf 'package main\n\n// int e(void);\n// int e2(void);\nimport "C"\n\nfunc F() int { return int(C.e() + C.e2()) }\n' > p/main.go
by() { CGO_LDFLAGS="-L$PWD/out/right -le $2" plugin $1 p; }
by nowhere ''; by runpath-old "-Wl,-rpath,$PWD/out/old"; by rpath-old "-Wl,--disable-new-dtags,-rpath,$PWD/out/old"; by runpath-right "-Wl,-rpath,$PWD/out/right"; by rpath-right "-Wl,--disable-new-dtags,-rpath,$PWD/out/right"
all='nowhere.so runpath-old.so rpath-old.so runpath-right.so rpath-right.so'
pair plain $all
for path in "$PWD/out/right" "$PWD/out/old" "/nowhere:$PWD/out/right:" "$PWD/out/wrong;$PWD/out/right" "$PWD/out/hw" right; do WITH=LD_LIBRARY_PATH=$path pair plain $all; done
WITH=LD_PRELOAD=$PWD/out/right/libe.so pair plain $all
WITH=LD_PRELOAD=$PWD/out/old/libe.so pair plain nowhere.so runpath-right.so
module t example.com/env-tls; printf 'package main\n\n// static __thread char b[3000] __attribute__((tls_model("initial-exec")));\n// static int c(int i) { return b[i]++; }\nimport "C"\n\nfunc F() int { return int(C.c(1)) }\n' > t/main.go; plugin tls t
pair plain tls.so
WITH=GLIBC_TUNABLES=glibc.rtld.optional_static_tls=8192 pair plain tls.so
WITH=LD_BIND_NOW=1 pair plain runpath-right.so runpath-old.so
WITH=GODEBUG=madvdontneed=1 pair plain runpath-right.so
WITH=LD_LIBRARY_PATH=$PWD/out/old sequence plain runpath-right.so rpath-right.so
WITH=LD_LIBRARY_PATH=$PWD/out/right sequence plain runpath-old.so nowhere.so rpath-old.so
