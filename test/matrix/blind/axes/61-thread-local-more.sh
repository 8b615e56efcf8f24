# Static thread-local storage beyond one plugin: libraries that several share, preloaded ones, alignment, descriptors, many small ones.
tls() { # NAME BYTES MODEL [ALIGN] [GCC FLAGS]
  module p-$1 example.com/more-$1
  printf 'package main\n\n// #cgo CFLAGS: %s\n// static __thread char buf_%s[%s] __attribute__((tls_model("%s"), aligned(%s)));\n// static int call(int i) { buf_%s[i]++; return buf_%s[0]; }\nimport "C"\n\nfunc F() int { return int(C.call(3)) }\n' "${5:-}" "${1//-/_}" $2 $3 ${4:-1} "${1//-/_}" "${1//-/_}" > p-$1/main.go
  CGO_CFLAGS_ALLOW='.*' plugin $1 p-$1
}
tls aligned-64 640 initial-exec 64; tls aligned-128 128 initial-exec 128; tls aligned-4096 4096 initial-exec 4096; tls odd 333 initial-exec
tls descriptor 100000 global-dynamic 1 -mtls-dialect=gnu2; tls descriptor-small 64 global-dynamic 1 -mtls-dialect=gnu2
pair plain aligned-64.so aligned-128.so aligned-4096.so odd.so descriptor.so descriptor-small.so
sequence plain aligned-64.so odd.so aligned-64.so descriptor-small.so
many=(); for n in $(seq 16); do tls small-$n 120 initial-exec; many+=(small-$n.so); done
sequence plain "${many[@]}"
sequence plain descriptor-small.so "${many[@]:0:8}"
# A library with 900 bytes that two plugins need: they share them. A third needs another one.
lib() { gcc -x c -shared -fPIC -ftls-model=initial-exec -Wl,-soname,lib$1.so -o out/lib$1.so - <<< "__thread char b_$1[$2]; int $1(int i) { return b_$1[i]++; }"; }
lib one 900; lib two 900; lib big 5000
use() { module u-$1 example.com/use-$1; printf 'package main\n\n// int %s(int);\nimport "C"\n\nfunc F() int { return int(C.%s(1)) }\n' $2 $2 > u-$1/main.go; CGO_LDFLAGS="-L$PWD/out -l$2 -Wl,-rpath,$PWD/out" plugin $1 u-$1; }
use a one; use b one; use c two; use d big
pair plain a.so d.so
sequence plain a.so b.so c.so d.so
sequence plain d.so c.so a.so b.so
WITH=LD_PRELOAD=$PWD/out/libbig.so pair plain d.so a.so
WITH=LD_PRELOAD=$PWD/out/libone.so:$PWD/out/libtwo.so sequence plain a.so c.so aligned-64.so odd.so
# A host that has the library itself.
module h example.com/tls-host; printf 'package main\n\n// int big(int);\nimport "C"\n\nfunc init() { C.big(1) }\n' > h/main.go; CGO_LDFLAGS="-L$PWD/out -lbig -Wl,-rpath,$PWD/out" host has-big h && pair has-big d.so a.so odd.so && sequence has-big d.so a.so c.so
# A variable of a library by name, the library's own code dynamic.
gcc -x c -shared -fPIC -Wl,-soname,libv.so -o out/libv.so - <<< '__thread char var[3000]; int v(int i) { return var[i]++; }'
module w example.com/by-name; printf 'package main\n\n// extern __thread char var[3000] __attribute__((tls_model("initial-exec")));\n// static int f(int i) { return var[i]++; }\nimport "C"\n\nfunc F() int { return int(C.f(1)) }\n' > w/main.go; CGO_LDFLAGS="-L$PWD/out -lv -Wl,-rpath,$PWD/out" plugin by-name w
use dynamic-v v
pair plain by-name.so dynamic-v.so
sequence plain dynamic-v.so by-name.so
for t in glibc.rtld.optional_static_tls=0 glibc.rtld.nns=1 glibc.rtld.optional_static_tls=100000:glibc.rtld.nns=2 glibc.malloc.check=3; do WITH=GLIBC_TUNABLES=$t pair plain a.so odd.so d.so aligned-4096.so; done
