# Files cut and damaged where downloads, disks and careless tools do it: whole blocks of zeros, single fields, tables.
module p example.com/damage
printf 'package main\n\n// static int one(void) { return 1; }\nimport "C"\nimport "fmt"\n\nfunc F() { fmt.Println(C.one()) }\n' > p/main.go
plugin base p && strip out/base.so
cat > damage.py <<'P'
import struct, sys
data = bytearray(open('out/base.so', 'rb').read())
phoff, shoff = struct.unpack_from('<QQ', data, 32)
phnum, shnum = struct.unpack_from('<H', data, 56)[0], struct.unpack_from('<H', data, 60)[0]
ph = [(phoff + 56 * i,) + struct.unpack_from('<IIQQQQQQ', data, phoff + 56 * i) for i in range(phnum)]
loads = [p for p in ph if p[1] == 1]; dyn = [p for p in ph if p[1] == 2][0]
names = []
def write(name, change):
    copy = bytearray(data); change(copy); open(f'out/{name}.so', 'wb').write(copy); names.append(name)
def put(at, form, value): return lambda b: struct.pack_into(form, b, at, value)
def tag(number, value=None, new=None):
    at = dyn[3]
    while struct.unpack_from('<Q', data, at)[0] not in (number, 0): at += 16
    return put(at + 8, '<Q', value) if new is None else put(at, '<Q', new)
for percent in (1, 10, 50, 90, 99): write(f'cut-{percent}', lambda b: b.__delitem__(slice(len(b) * percent // 100, None)))
write('cut-last-byte', lambda b: b.__delitem__(slice(len(b) - 1, None)))
write('cut-sections', lambda b: b.__delitem__(slice(shoff, None)))
write('class-32', put(4, 'B', 1)); write('big-endian', put(5, 'B', 2)); write('ident-version', put(6, 'B', 9)); write('osabi-gnu', put(7, 'B', 3)); write('osabi-freebsd', put(7, 'B', 9)); write('abi-version', put(8, 'B', 7)); write('ident-padding', put(12, 'B', 1))
write('type-exec', put(16, '<H', 2)); write('type-core', put(16, '<H', 4)); write('type-rel', put(16, '<H', 1)); write('machine-386', put(18, '<H', 3)); write('machine-0', put(18, '<H', 0)); write('version-0', put(20, '<I', 0))
write('phoff-0', put(32, '<Q', 0)); write('phoff-far', put(32, '<Q', 1 << 40)); write('phentsize', put(54, '<H', 55)); write('phnum-0', put(56, '<H', 0)); write('phnum-more', put(56, '<H', phnum + 40)); write('phnum-less', put(56, '<H', 2)); write('shoff-far', put(40, '<Q', 1 << 40)); write('shnum-0', put(60, '<H', 0)); write('shstrndx', put(62, '<H', 0xfff0)); write('shentsize', put(58, '<H', 1)); write('ehsize', put(52, '<H', 0)); write('flags', put(48, '<I', 0xffffffff)); write('entry', put(24, '<Q', 0x1234))
write('load-align', put(loads[0][0] + 48, '<Q', 3)); write('load-align-0', put(loads[0][0] + 48, '<Q', 0)); write('load-align-huge', put(loads[1][0] + 48, '<Q', 1 << 21)); write('load-offset-odd', put(loads[1][0] + 8, '<Q', loads[1][3] + 1)); write('load-memsz-less', put(loads[-1][0] + 40, '<Q', 8)); write('load-filesz-more', put(loads[-1][0] + 32, '<Q', loads[-1][6] + 4096)); write('load-vaddr-far', put(loads[-1][0] + 16, '<Q', 1 << 46)); write('load-not-executable', put(loads[1][0] + 4, '<I', 4)); write('load-all-writable', put(loads[1][0] + 4, '<I', 7)); write('load-missing', put(loads[-1][0], '<I', 0))
write('dynamic-missing', put(dyn[0], '<I', 0)); write('dynamic-empty', put(dyn[3], '<Q', 0)); write('dynamic-short', put(dyn[0] + 32, '<Q', 16)); write('dynamic-far', put(dyn[0] + 16, '<Q', 1 << 40))
write('strtab-far', tag(5, 1 << 40)); write('strtab-missing', tag(5, new=0x6ffffef5 + 0x1000)); write('symtab-missing', tag(6, new=0x6000000d)); write('strsz-0', tag(10, 0)); write('syment', tag(11, 25)); write('needed-name-empty', tag(1, 0)); write('needed-name-far', tag(1, 1 << 30)); write('rela-ent', tag(9, 23)); write('rela-size', tag(8, 24)); write('rela-none', tag(8, 0)); write('jmprel-none', tag(2, 0)); write('pltrel', tag(20, 17)); write('gnuhash-missing', tag(0x6ffffef5, new=0x6000000d)); write('init-array-size-0', tag(27, 0)); write('init-array-size-odd', tag(27, 4)); write('init-array-missing', tag(25, new=0x6000000d)); write('verneednum-0', tag(0x6fffffff, 0)); write('verneednum-more', tag(0x6fffffff, 90)); write('relacount', tag(0x6ffffff9, 0)); write('unknown-tag', tag(0x6ffffff9, new=0x6000000d)); write('fini-far', tag(13, 1 << 40))
for kind, word in ((4, 'note'), (7, 'tls'), (0x6474e550, 'eh'), (0x6474e551, 'stack'), (0x6474e552, 'relro'), (0x6474e553, 'property')):
    for p in ph:
        if p[1] == kind:
            write(f'{word}-missing', put(p[0], '<I', 0)); write(f'{word}-size-huge', put(p[0] + 40, '<Q', 1 << 33)); write(f'{word}-offset-far', put(p[0] + 8, '<Q', 1 << 40)); break
for i, p in enumerate(loads):
    def hole(b, p=p): b[p[3] + p[6] // 2 & ~4095:(p[3] + p[6] // 2 & ~4095) + 4096] = bytes(4096)
    if p[6] > 16384: write(f'hole-in-load-{i}', hole)
def sections():
    stab = struct.unpack_from('<QQ', data, shoff + 64 * struct.unpack_from('<H', data, 62)[0] + 24)
    for i in range(shnum):
        name, kind, flags, addr, off, size = struct.unpack_from('<IIQQQQ', data, shoff + 64 * i)
        word = data[stab[0] + name:data.index(0, stab[0] + name)].decode()
        yield word, off, size
for word, off, size in sections():
    if word in ('.typelink', '.itablink', '.gopclntab', '.go.buildinfo', '.dynsym', '.dynstr', '.gnu.hash', '.gnu.version', '.gnu.version_r', '.rela.dyn', '.init_array', '.go.pkghashbytes', '.data.rel.ro', '.shstrtab', '.note.gnu.build-id', '.plt', '.got'):
        def zero(b, off=off, size=size): b[off:off + size] = bytes(size)
        write('zeros-in' + word.replace('.', '-'), zero)
open('names', 'w').write(' '.join(n + '.so' for n in names))
P
python3 damage.py && pair usual base.so $(cat names)
for n in cut-50 class-32 dynamic-missing needed-name-far gnuhash-missing; do pair plain $n.so; done
sequence usual base.so cut-50.so machine-386.so type-exec.so base.so
sequence usual cut-10.so cut-90.so base.so needed-name-empty.so
sequence usual osabi-freebsd.so osabi-gnu.so cut-sections.so
sequence usual cut-sections.so shnum-0.so
