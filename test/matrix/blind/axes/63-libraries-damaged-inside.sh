# The plugin is whole, a library beside it has headers and segments in order, and damage in its tables.
gcc -x c -shared -fPIC -Wl,-soname,libd.so -Wl,-z,relro -o libd.so - <<< '#include <stdio.h>
int table[5000] = {1}; int *place = &table[3]; int d(void) { return puts("d") + *place; } static void __attribute__((constructor)) begin(void) { table[4] = 2; }'
module p example.com/inside; printf 'package main\n\n// int d(void);\nimport "C"\n\nfunc F() int { return int(C.d()) }\n' > p/main.go
CGO_LDFLAGS="-L$PWD -ld -Wl,-rpath,\$ORIGIN/lib" CGO_LDFLAGS_ALLOW='.*' plugin whole p
place() { mkdir -p out/$1/lib; cp out/whole.so out/$1/$1.so; cat > out/$1/lib/libd.so; pair plain $1/$1.so; }
place intact < libd.so
python3 - <<'P'
import struct
d = open('libd.so', 'rb').read()
phoff, = struct.unpack_from('<Q', d, 32); phnum, = struct.unpack_from('<H', d, 56)
ph = [(phoff + 56 * i,) + struct.unpack_from('<IIQQQQQQ', d, phoff + 56 * i) for i in range(phnum)]
dyn = next(p for p in ph if p[1] == 2)
tags = {}
at = dyn[3]
while True:
    tag, value = struct.unpack_from('<qQ', d, at)
    if tag == 0: break
    tags[tag] = (at, value); at += 16
def off(address):
    p = next(p for p in ph if p[1] == 1 and p[4] <= address < p[4] + p[6]); return address - p[4] + p[3]
def w(name, f):
    c = bytearray(d); f(c); open('w-' + name, 'wb').write(c)
def value(tag, v): return lambda c: struct.pack_into('<Q', c, tags[tag][0] + 8, v)
def gone(tag): return lambda c: struct.pack_into('<q', c, tags[tag][0], 0x6ffffff8)
def zero(a, n): return lambda c: c.__setitem__(slice(off(a), off(a) + n), bytes(n))
w('relaent', value(9, 23)); w('relasz', value(8, 24)); w('rela-gone', gone(7)); w('symtab-gone', gone(6)); w('strtab-gone', gone(5)); w('strtab-far', value(5, 1 << 45)); w('symtab-far', value(6, 1 << 45))
w('hash-gone', gone(0x6ffffef5)); w('hash-far', value(0x6ffffef5, 1 << 45)); w('hash-empty', zero(tags[0x6ffffef5][1], 4))
w('verneed-0', lambda c: struct.pack_into('<H', c, off(tags[0x6ffffffe][1]), 0)); w('versym-gone', gone(0x6ffffff0)); w('versym-zero', zero(tags[0x6ffffff0][1], 12))
w('init-array-far', value(25, 1 << 45)); w('init-array-gone', gone(25)); w('init-far', value(12, 1 << 45)); w('pltrel', value(20, 17)); w('jmprel-far', value(23, 1 << 45)); w('soname-far', value(14, 1 << 40))
w('needed-other', lambda c: c.__setitem__(slice(d.index(b'libc.so.6\0'), d.index(b'libc.so.6\0') + 9), b'libq.so.6'))
text = next(p for p in ph if p[1] == 1 and p[2] & 1); w('not-executable', lambda c: struct.pack_into('<I', c, text[0] + 4, 4))
data = [p for p in ph if p[1] == 1][-1]; w('not-writable', lambda c: struct.pack_into('<I', c, data[0] + 4, 4))
relro = next(p for p in ph if p[1] == 0x6474e552); w('relro-far', lambda c: struct.pack_into('<Q', c, relro[0] + 40, 1 << 40)); w('dynamic-far', lambda c: struct.pack_into('<Q', c, dyn[0] + 16, 1 << 45)); w('dynamic-gone', lambda c: struct.pack_into('<I', c, dyn[0], 0)); w('bss-huge', lambda c: struct.pack_into('<Q', c, data[0] + 40, 1 << 46)); w('align-3', lambda c: struct.pack_into('<Q', c, text[0] + 48, 3)); w('filesz-over', lambda c: struct.pack_into('<Q', c, data[0] + 32, data[7] + 0x100000))
open('names', 'w').write('relaent relasz rela-gone symtab-gone strtab-gone strtab-far symtab-far hash-gone hash-far hash-empty verneed-0 versym-gone versym-zero init-array-far init-array-gone init-far pltrel jmprel-far soname-far needed-other not-executable not-writable relro-far dynamic-far dynamic-gone bss-huge align-3 filesz-over')
P
for w in $(cat names); do place $w < w-$w; done
# A library of a library.
mkdir -p out/deep/lib; gcc -x c -shared -fPIC -Wl,-soname,libm1.so -Wl,-rpath,'$ORIGIN' -L. -o out/deep/lib/libm1.so - -ld <<< 'int d(void); int m1(void) { return d(); }'; cp w-not-executable out/deep/lib/libd.so
module q example.com/deep; printf 'package main\n\n// int m1(void);\nimport "C"\n\nfunc F() int { return int(C.m1()) }\n' > q/main.go; CGO_LDFLAGS="-L$PWD/out/deep/lib -lm1 -Wl,-rpath-link,$PWD -Wl,-rpath,\$ORIGIN/lib" CGO_LDFLAGS_ALLOW='.*' plugin deep/deep q && pair plain deep/deep.so
sequence plain relaent/relaent.so intact/intact.so
sequence plain hash-gone/hash-gone.so intact/intact.so
