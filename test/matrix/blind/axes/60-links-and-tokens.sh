# Where a library is found through links, tokens and odd elements of a search path: what ld.so makes of them, not what a path library does.
module p example.com/place; printf 'package main\n\n// int e(void);\nimport "C"\n\nfunc F() int { return int(C.e()) }\n' > p/main.go
mkdir -p out/real/deep/lib out/lib out/farm out/x86_64 out/other/sub out/far/sub 'out/$ORIGINAL' out/first out/second
good() { gcc -x c -shared -fPIC -Wl,-soname,libe.so "${@:2}" -o "$1" - <<< 'int e(void) { return 1; }'; }
bad() { gcc -x c -shared -fPIC -Wl,-soname,libe.so -o "$1" - <<< 'int not_e(void) { return 1; }'; }
good libe.so
by() { CGO_LDFLAGS="-L$PWD -le -Wl,-rpath,$2" CGO_LDFLAGS_ALLOW='.*' plugin $1 p; pair plain $1.so; }
# A linked folder: `..` is the parent of what it leads to.
ln -s real/deep out/linked; good out/real/lib-up.so; mkdir -p out/real/up out/up; good out/real/up/libe.so; bad out/up/libe.so
by dotdot-of-link "$PWD/out/linked/../up"
by dotdot-origin '$ORIGIN/linked/../up'
by platform '$ORIGIN/$PLATFORM'; good out/x86_64/libe.so
by platform-braces '$ORIGIN/${PLATFORM}'
by longer-word '$ORIGINAL'; by longer-word-below "$PWD/out/\$ORIGINAL"; good 'out/$ORIGINAL/libe.so'
by origin-twice '$ORIGIN/lib:$ORIGIN/second'; good out/second/libe.so
by origin-inside "$PWD/out/\$ORIGIN/second"
by trailing "$PWD/out/second///"; by dots "$PWD/out/./first/../second/."
by open-brace '${ORIGIN/second'; by empty-braces '${}/second'
# A link to a library elsewhere: its $ORIGIN is where the link is, for ld.so does not follow it.
chain() { gcc -x c -shared -fPIC -Wl,-soname,libf.so -Wl,-rpath,"$2" -Wl,--enable-new-dtags -L"$PWD" -o "$1" - -le <<< 'int e(void); int f(void) { return e(); }'; }
module f example.com/chain; printf 'package main\n\n// int f(void);\nimport "C"\n\nfunc F() int { return int(C.f()) }\n' > f/main.go
on() { CGO_LDFLAGS="-L$PWD/$3 -lf -Wl,-rpath-link,$PWD -Wl,-rpath,$2" CGO_LDFLAGS_ALLOW='.*' plugin $1 f; pair plain $1.so; }
chain out/far/libf.so '$ORIGIN/sub'; good out/far/sub/libe.so; ln -s ../far/libf.so out/farm/libf.so
on through-link "$PWD/out/farm" out/far
chain out/other/libf.so '$ORIGIN/sub'; mkdir -p out/shop/sub; ln -s ../other/libf.so out/shop/libf.so; good out/shop/sub/libe.so
on beside-link "$PWD/out/shop" out/other
# The plugin itself through a link: plugin.Open follows it first.
mkdir -p out/entry; ln -s ../origin-twice.so out/entry/link.so; pair plain entry/link.so
# What is no regular file.
ln -s /dev/null out/first/libe.so; by null-first "$PWD/out/first:$PWD/out/second"
mkdir -p out/loop; ln -s libe.so out/loop/libe.so; by loop-first "$PWD/out/loop:$PWD/out/second"
mkdir -p out/notdir; : > out/notdir/file; by file-as-folder "$PWD/out/notdir/file:$PWD/out/second"
# One file under two names is one library.
mkdir -p out/names; good out/names/libe.so; gcc -x c -shared -fPIC -o out/names/libg.so - <<< 'int g(void) { return 1; }'; cp out/names/libg.so out/names/plain-g.so; ln out/names/libg.so out/names/libh.so
module g example.com/hard; printf 'package main\n\n// int g(void);\nimport "C"\n\nfunc F() int { return int(C.g()) }\n' > g/main.go
CGO_LDFLAGS="-L$PWD/out/names -lg -Wl,-rpath,$PWD/out/names" plugin by-g g; CGO_LDFLAGS="-L$PWD/out/names -lh -Wl,-rpath,$PWD/out/names" plugin by-h g
sequence plain by-g.so by-h.so by-g.so
