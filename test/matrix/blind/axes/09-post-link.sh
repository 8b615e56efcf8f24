# What packaging does to a finished plugin.
module p example.com/post
printf 'package main\n\n// static int one(void) { return 1; }\nimport "C"\nimport "fmt"\n\nvar V = "x"\n\nfunc F() { fmt.Println(V, C.one()) }\n' > p/main.go
plugin base p
after() { local name=$1; shift; cp out/base.so "out/$name.so" && "$@" "out/$name.so" > "out/$name.log" 2>&1 || note_missing "$name.so" "out/$name.log"; pair usual "$name.so"; }
after strip strip
after strip-debug strip -g
after strip-unneeded strip --strip-unneeded
after strip-x strip -x
after strip-keep strip -K F
after eu eu-strip
after eu-debug eu-strip -g
after llvm llvm-strip --strip-all
after llvm-sections llvm-strip --strip-sections
after llvm-keep llvm-objcopy --strip-all-gnu
after no-build-id objcopy --remove-section .note.gnu.build-id
after no-go-build-id objcopy --remove-section .note.go.buildid
after no-buildinfo objcopy --remove-section .go.buildinfo
after no-comment objcopy --remove-section .comment
after no-gnu-hash objcopy --remove-section .gnu.hash
after no-versions objcopy --remove-section .gnu.version
after no-typelink objcopy --remove-section .typelink
after no-pclntab objcopy --remove-section .gopclntab
after no-init objcopy --remove-section .init_array
after no-eh objcopy --remove-section .eh_frame
after compressed objcopy --compress-debug-sections
after added objcopy --add-section .extra=/etc/hostname
after added-alloc objcopy --add-section .extra=/etc/hostname --set-section-flags .extra=alloc,readonly
after only-debug objcopy --only-keep-debug
after weaken objcopy --weaken
after localize objcopy --localize-hidden
after rename objcopy --redefine-sym runtime.main=runtime.niam
after rpath patchelf --set-rpath '$ORIGIN/lib'
after force-rpath patchelf --force-rpath --set-rpath /usr/lib/nowhere
after long-rpath patchelf --set-rpath "$(printf '/opt/a-long-directory-name:%.0s' {1..200})"
after soname patchelf --set-soname libplugin.so.1
after needed patchelf --add-needed libm.so.6
after needed-missing patchelf --add-needed libnosuch.so.9
after needed-host patchelf --add-needed "$COMMON/usual"
after needed-self patchelf --add-needed "$PWD/out/base.so"
after no-libc patchelf --remove-needed libc.so.6
after replaced patchelf --replace-needed libc.so.6 libm.so.6
after interp patchelf --set-interpreter /lib64/ld-linux-x86-64.so.2
after no-default patchelf --no-default-lib
after execstack patchelf --set-execstack
after pagesize patchelf --page-size 65536 --set-rpath /opt/y
after dwz dwz
after elfcompress eu-elfcompress -t zlib
printf '_cgo_topofstack _cgo_popofstack\nmalloc mallok\n' > out/renames
after renamed-symbols patchelf --rename-dynamic-symbols "$PWD/out/renames"
after clear-version patchelf --clear-symbol-version malloc
after twice bash -c 'strip "$1" && patchelf --set-rpath /a "$1" && patchelf --set-rpath /a/much/longer/path/than/before/that/moves/tables "$1" && strip "$1"' _
after strip-then-patch bash -c 'patchelf --set-soname x.so "$1"; llvm-strip --strip-sections "$1"' _
# Containers and signatures around it.
gzip -k -c out/base.so > out/gzipped.so
zstd -q -c out/base.so > out/zstd.so
{ cat out/base.so; printf '\nsigned-off-by: x\n'; } > out/appended.so
{ cat out/base.so; head -c 1048576 /dev/zero; } > out/padded.so
{ printf '#!/bin/sh\n'; cat out/base.so; } > out/script.so
ar cr out/archive.so out/base.so
tar cf out/tarred.so -C out base.so
base64 out/base.so > out/base64.so
cp --sparse=always out/base.so out/sparse.so
sed 's/\r*$/\r/' out/base.so > out/crlf.so
pair usual base.so gzipped.so zstd.so appended.so padded.so script.so archive.so tarred.so base64.so sparse.so crlf.so
sequence usual base.so strip.so
sequence usual needed-self.so base.so
sequence usual base.so needed-self.so
sequence usual only-debug.so base.so
sequence usual needed-missing.so base.so
sequence usual renamed-symbols.so strip.so base.so
sequence usual no-buildinfo.so rpath.so
