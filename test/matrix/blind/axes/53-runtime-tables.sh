# One word of the runtime's own tables made wrong at a time: what a bad disk, a cut download that was padded, or a hex editor leaves.
module p example.com/tables; printf 'package main\n\nimport "fmt"\n\ntype I interface{ M() string }\n\ntype T struct{ a int }\n\nfunc (t T) M() string { return fmt.Sprint(t.a) }\n\nvar V I = T{3}\n\nfunc init() { if V.M() != "3" { panic(1) } }\n\nfunc F() { fmt.Println(V) }\n' > p/main.go
plugin base p
cat > tables.py <<'P'
import struct, subprocess
data = bytearray(open('out/base.so', 'rb').read())
syms = {}
for line in subprocess.run(['readelf', '-sW', 'out/base.so'], capture_output=True, text=True, errors='replace').stdout.splitlines():
    f = line.split()
    if len(f) >= 8 and f[1] not in ('Value',):
        syms.setdefault(f[7], (int(f[1], 16), int(f[2], 0)))
phoff, phnum = struct.unpack_from('<Q', data, 32)[0], struct.unpack_from('<H', data, 56)[0]
loads = [struct.unpack_from('<IIQQQQQQ', data, phoff + 56 * i) for i in range(phnum)]
def off(addr):
    for t, _, o, v, _, fs, _, _ in loads:
        if t == 1 and v <= addr < v + fs: return o + addr - v
rela = []
for line in subprocess.run(['readelf', '-rW', 'out/base.so'], capture_output=True, text=True, errors='replace').stdout.splitlines():
    f = line.split()
    if len(f) == 4 and f[2] == 'R_X86_64_RELATIVE': rela.append((int(f[0], 16), int(f[3], 16)))
relat = dict(rela)
names = []
def write(name, change):
    copy = bytearray(data)
    if change(copy) is not False: open(f'out/{name}.so', 'wb').write(copy); names.append(name + '.so')
# where the plugin's moduledata is: a section of its own since Go 1.26
md, size = next(((int(f[3], 16), int(f[5], 16)) for f in (line.replace('[ ', '[').split() for line in subprocess.run(['readelf', '-SW', 'out/base.so'], capture_output=True, text=True).stdout.splitlines()) if len(f) > 5 and f[1] == '.go.module'), (None, 0))
if md:
    for word in range(0, min(size, 600) // 8):
        at = off(md + word * 8)
        if at is None: continue
        relative = md + word * 8 in relat
        value = struct.unpack_from('<Q', data, at)[0]
        # plain words (lengths, capacities, flags); pointers are set by relocations and are not in these bytes
        if not relative and value:
            write(f'moduledata-{word}-zero', lambda b, at=at: struct.pack_into('<Q', b, at, 0))
            write(f'moduledata-{word}-big', lambda b, at=at, v=value: struct.pack_into('<Q', b, at, v + 1000003))
# relocations that fill moduledata: shifted by a page
roff = {}
dyn = next(p for p in loads if p[0] == 2)
tags = {}
for i in range(dyn[5] // 16):
    t, v = struct.unpack_from('<QQ', data, dyn[2] + 16 * i); tags.setdefault(t, v)
start = off(tags[7])
for i in range(tags[8] // 24):
    o, info, add = struct.unpack_from('<QQq', data, start + 24 * i)
    if md and md <= o < md + size and info == 8 and ((o - md) // 8) % 3 == 0:
        write(f'moduledata-pointer-{(o - md) // 8}', lambda b, at=start + 24 * i, add=add: struct.pack_into('<q', b, at + 16, add + 4096))
for label in ('runtime.pclntab', 'go:itab.', 'runtime.findfunctab', 'runtime.typelink', 'runtime.itablink', 'go:link.thispluginpath', 'go:link.pkghashes', 'main..inittask', 'runtime.gcbits.*', 'type:*', 'go:func.*', 'runtime.etext'):
    hit = next(((n, a, s) for n, (a, s) in sorted(syms.items()) if n.startswith(label) and a and off(a)), None)
    if hit:
        def damage(b, hit=hit): b[off(hit[1]):off(hit[1]) + 16] = b'\xee' * 16
        write('bytes-' + label.strip('.*').replace(':', '-').replace('.', '-'), damage)
# the hash strings: one character of one package's
for n, (a, s) in sorted(syms.items()):
    if n.startswith('go:link.pkghashbytes.') and n.split('.', 2)[2] in ('fmt', 'runtime', 'example.com/tables', 'unicode/utf8', 'strconv'):
        write('hash-' + n.split('.', 2)[2].replace('/', '-'), lambda b, a=a: b.__setitem__(off(a), b[off(a)] ^ 1))
open('names', 'w').write(' '.join(names))
P
python3 tables.py > out/tables.log 2>&1 || note_missing tables.py out/tables.log
pair usual base.so $(cat names)
