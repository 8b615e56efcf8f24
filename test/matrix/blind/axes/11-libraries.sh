# Needed libraries as people ship them: beside the plugin, in a bundle, with and without tokens, of another machine, of another version,
# text, folders, cycles, absent; found by the host's own search path or not.
lib() { # FILE SONAME BODY [FLAGS...]
  local file=$1 soname=$2 body=$3; shift 3
  mkdir -p "$(dirname "$file")"; printf '%b\n' "$body" | gcc -x c -shared -fPIC -o "$file" ${soname:+-Wl,-soname,$soname} - "$@"
}
module p example.com/lib
printf 'package main\n\n// int thing(void);\nimport "C"\n\nfunc F() int { return int(C.thing()) }\n' > p/main.go
lib link/libthing.so libthing.so.1 'int thing(void) { return 1; }'
with() { CGO_LDFLAGS="-L$PWD/link -lthing $2" plugin "$1" p; } # NAME EXTRA
with nowhere ''
with origin "-Wl,-rpath,\$ORIGIN/libs"
with origin-rpath "-Wl,--disable-new-dtags,-rpath,\$ORIGIN/libs"
CGO_LDFLAGS_ALLOW='.*'; export CGO_LDFLAGS_ALLOW
by() { # NAME RPATH [KIND]: a copy of `nowhere` with another search path, as packagers write it
  cp out/nowhere.so "out/$1.so" && patchelf ${3:-} --set-rpath "$2" "out/$1.so" || note_missing "$1.so" /dev/null
}
mkdir -p out/libs out/wrong out/text out/folder/libthing.so.1 out/old out/hwcaps/glibc-hwcaps/x86-64-v3 out/deep/lib out/empty out/cut out/exec out/arm
lib out/libs/libthing.so.1 libthing.so.1 'int thing(void) { return 1; }'
lib out/old/libthing.so.1 libthing.so.1 'int other(void) { return 1; }'
lib out/hwcaps/glibc-hwcaps/x86-64-v3/libthing.so.1 libthing.so.1 'int thing(void) { return 3; }'
printf 'int thing(void) { return 1; }\n' | aarch64-linux-gnu-gcc -x c -shared -fPIC -nostdlib -Wl,-soname,libthing.so.1 -o out/arm/libthing.so.1 -
printf 'GROUP ( libthing.so.2 )\n' > out/text/libthing.so.1
: > out/empty/libthing.so.1
head -c 6000 out/libs/libthing.so.1 > out/cut/libthing.so.1
cp /bin/true out/exec/libthing.so.1
ln -s nowhere.so.9 out/deep/libthing.so.1
by rp-origin '$ORIGIN/libs'; by rp-braces '${ORIGIN}/libs'; by rp-origin-old '$ORIGIN/libs' --force-rpath; by rp-parent '$ORIGIN/../out/libs'
by rp-absolute "$PWD/out/libs"; by rp-two "/nowhere:$PWD/out/libs"; by rp-empty-first ":$PWD/out/libs"; by rp-lib '$ORIGIN/deep/$LIB/..:$ORIGIN/$LIB'; by rp-platform '$ORIGIN/$PLATFORM:$ORIGIN/libs'
by rp-arm-then-right '$ORIGIN/arm:$ORIGIN/libs'; by rp-arm '$ORIGIN/arm'; by rp-text-then-right '$ORIGIN/text:$ORIGIN/libs'; by rp-folder-then-right '$ORIGIN/folder:$ORIGIN/libs'; by rp-empty-then-right '$ORIGIN/empty:$ORIGIN/libs'
by rp-dangling-then-right '$ORIGIN/deep:$ORIGIN/libs'; by rp-old-then-right '$ORIGIN/old:$ORIGIN/libs'; by rp-hwcaps '$ORIGIN/hwcaps'; by rp-cut '$ORIGIN/cut:$ORIGIN/libs'; by rp-exec '$ORIGIN/exec:$ORIGIN/libs'; by rp-relative 'libs'; by rp-unknown '$NOSUCH/libs'; by rp-slash "$PWD/out/libs/"
for one in nowhere origin origin-rpath rp-origin rp-braces rp-origin-old rp-parent rp-absolute rp-two rp-empty-first rp-lib rp-platform rp-arm-then-right rp-arm rp-text-then-right rp-folder-then-right rp-empty-then-right rp-dangling-then-right rp-old-then-right rp-hwcaps rp-cut rp-exec rp-relative rp-unknown rp-slash; do pair plain $one.so; done
# A name with a folder in it is not searched for.
cp out/nowhere.so out/slash.so; patchelf --replace-needed libthing.so.1 "$PWD/out/libs/libthing.so.1" out/slash.so
cp out/nowhere.so out/slash-origin.so; patchelf --replace-needed libthing.so.1 '$ORIGIN/libs/libthing.so.1' out/slash-origin.so
cp out/nowhere.so out/slash-relative.so; patchelf --replace-needed libthing.so.1 ./libs/libthing.so.1 out/slash-relative.so
pair plain slash.so slash-origin.so slash-relative.so

# Libraries of libraries.
lib out/chain/libleaf.so libleaf.so 'int leaf(void) { return 1; }'
lib out/chain2/libmid.so libmid.so 'int leaf(void); int thing(void) { return leaf(); }' -Lout/chain -lleaf
lib out/chain2/libmid-own.so libmid-own.so 'int leaf(void); int thing(void) { return leaf(); }' -Lout/chain -lleaf "-Wl,-rpath,\$ORIGIN/../chain"
lib out/cycle/liba.so liba.so 'int thing(void) { return 1; }'
lib out/cycle/libb.so libb.so 'int thing(void); int b(void) { return thing(); }' -Lout/cycle -la "-Wl,-rpath,\$ORIGIN"
lib out/cycle/liba.so liba.so 'int b(void); int thing(void) { return b ? 1 : 0; }' -Lout/cycle -lb "-Wl,-rpath,\$ORIGIN"
lib out/undef/libthing.so libthing.so 'int not_there(void); int thing(void) { return not_there(); }'
lib out/undefdata/libthing.so libthing.so 'extern int not_there; int thing(void) { return not_there; }'
lib out/undefweak/libthing.so libthing.so 'int __attribute__((weak)) not_there(void); int thing(void) { return not_there ? 1 : 0; }'
lib out/undeftls/libthing.so libthing.so 'extern __thread int not_there; int thing(void) { return not_there; }'
many() { CGO_LDFLAGS="-L$PWD/out/$2 -l$3 -Wl,--allow-shlib-undefined $4" plugin "$1" p && pair plain "$1.so"; }
many chain-runpath chain2 mid "-Wl,-rpath,$PWD/out/chain2:$PWD/out/chain"
many chain-rpath chain2 mid "-Wl,--disable-new-dtags,-rpath,$PWD/out/chain2:$PWD/out/chain"
many chain-own chain2 mid-own "-Wl,-rpath,$PWD/out/chain2"
many chain-own-rpath chain2 mid-own "-Wl,--disable-new-dtags,-rpath,$PWD/out/chain2"
many chain-both-needed chain2 mid "-L$PWD/out/chain -Wl,--no-as-needed -lleaf -Wl,-rpath,$PWD/out/chain2:$PWD/out/chain"
many cycle cycle a "-Wl,-rpath,$PWD/out/cycle"
many undef undef thing "-Wl,-rpath,$PWD/out/undef"
many undefdata undefdata thing "-Wl,-rpath,$PWD/out/undefdata"
many undefweak undefweak thing "-Wl,-rpath,$PWD/out/undefweak"
many undeftls undeftls thing "-Wl,-rpath,$PWD/out/undeftls"

# The host's search path: DT_RPATH counts for plugins, DT_RUNPATH does not; libraries that the host has already count by name.
module h example.com/hlib
printf 'package main\n\nimport "C"\n' > h/with.go
CGO_LDFLAGS="-Wl,--disable-new-dtags,-rpath,$PWD/out/libs" host host-rpath h
CGO_LDFLAGS="-Wl,--enable-new-dtags,-rpath,$PWD/out/libs" host host-runpath h
CGO_LDFLAGS="-L$PWD/link -Wl,--no-as-needed -lthing -Wl,-rpath,$PWD/out/libs" host host-has h
CGO_LDFLAGS="-L$PWD/link -Wl,--no-as-needed -lthing -Wl,-rpath,$PWD/out/old" host host-has-old h
for one in host-rpath host-runpath host-has host-has-old; do pair $one nowhere.so rp-old-then-right.so rp-origin.so rp-relative.so; done
pair host-rpath undef.so chain-runpath.so
pair host-has undef.so
sequence plain rp-origin.so nowhere.so
