# The plugin is whole, a library beside it is not.
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o libd.so - <<< 'int table[5000] = {1}; int d(void) { return table[3]; }'
module p example.com/damaged-library; printf 'package main\n\n// int d(void);\nimport "C"\n\nfunc F() int { return int(C.d()) }\n' > p/main.go
CGO_LDFLAGS="-L$PWD -ld -Wl,-rpath,\$ORIGIN/lib" CGO_LDFLAGS_ALLOW='.*' plugin whole p
place() { mkdir -p out/$1/lib; cp out/whole.so out/$1/$1.so; patchelf --set-rpath "\$ORIGIN/lib" out/$1/$1.so; cat > out/$1/lib/libd.so; pair plain $1/$1.so; }
place intact < libd.so
size=$(stat -c %s libd.so)
for n in 0 1 63 64 500 4096 9000 $((size / 2)) $((size - 1)) ; do head -c $n libd.so | place cut-$n; done
strip -o s.so libd.so; place stripped < s.so
{ printf 'x'; cat libd.so; } | place shifted
{ cat libd.so; echo; } | place longer
python3 - <<'P'
import struct
d = bytearray(open('libd.so', 'rb').read())
def w(n, f):
    c = bytearray(d); f(c); open(n, 'wb').write(c)
w('w-type', lambda b: struct.pack_into('<H', b, 16, 2)); w('w-machine', lambda b: struct.pack_into('<H', b, 18, 62 ^ 3)); w('w-class', lambda b: struct.pack_into('B', b, 4, 1)); w('w-osabi', lambda b: struct.pack_into('B', b, 7, 9)); w('w-phnum', lambda b: struct.pack_into('<H', b, 56, 0)); w('w-phent', lambda b: struct.pack_into('<H', b, 54, 1)); w('w-magic', lambda b: struct.pack_into('B', b, 0, 0)); w('w-data', lambda b: struct.pack_into('B', b, 5, 2))
P
for w in type machine class osabi phnum phent magic data; do place $w < w-$w; done
gcc -x c -shared -fPIC -Wl,-soname,libd.so -Wl,-z,nodlopen -o n.so - <<< 'int d(void) { return 1; }'; place nodlopen < n.so
gcc -x c -shared -fPIC -Wl,-soname,other.so -o n.so - <<< 'int d(void) { return 1; }'; place other-soname < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so - <<< 'static int d(void) { return 1; } int e(void) { return d(); }'; place function-hidden < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so - <<< 'int __attribute__((visibility("hidden"))) d(void) { return 1; }'; place function-invisible < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so - <<< 'int __attribute__((visibility("protected"))) d(void) { return 1; }'; place function-protected < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so - <<< 'int __attribute__((weak)) d(void) { return 1; }'; place function-weak < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so - <<< 'int d = 3;'; place data-not-function < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so - <<< '__thread int d = 3;'; place tls-not-function < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -Wl,-z,x86-64-v4 -o n.so - <<< 'int d(void) { return 1; }'; place isa-v4 < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so -ftls-model=initial-exec - <<< 'static __thread char big[100000]; int d(void) { return big[3]++; }'; place big-tls < n.so
musl-gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so - <<< '#include <stdio.h>
int d(void) { return puts("x"); }' && place musl < n.so
gcc -x c -shared -fPIC -Wl,-soname,libd.so -o n.so - <<< '#include <stdlib.h>
int d(void) { return 1; } static void __attribute__((constructor)) c(void) { if (!getenv("PATH")) abort(); }'; place constructor < n.so
sequence plain intact/intact.so cut-500/cut-500.so
sequence plain machine/machine.so intact/intact.so type/type.so
