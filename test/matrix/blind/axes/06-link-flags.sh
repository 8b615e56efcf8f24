# Every -ldflags and -extldflags that somebody has found on the internet. Shared package `net/http` among others is in the host.
module p example.com/flags
printf 'package main\n\nimport "fmt"\n\nvar V = "x"\n\nfunc F() { fmt.Println(V) }\n' > p/main.go
flags() { local all=$2; [[ $all == "'"* ]] && all="-linkmode=external $all"; plugin "flags-$1" p -ldflags="$all" && pair usual "flags-$1.so"; }
flags no-buildid -buildid=
flags buildid -buildid=abc
flags gnu-buildid '-B 0x1234567890abcdef'
flags set-version '-X main.V=2'
flags no-dwarf -w
flags no-symbols -s
flags plain-dwarf -compressdwarf=false
flags external -linkmode=external
flags internal -linkmode=internal
flags rpath '-r /opt/lib'
flags random-layout -randlayout=7
flags align -funcalign=64
flags no-checklinkname -checklinkname=0
flags interpreter '-I /lib/ld.so'
flags debug-text '-debugtextsize=1000'
flags bindnow -bindnow
flags extld-now "'-extldflags=-Wl,-z,now -Wl,-z,relro'"
flags extld-lazy "'-extldflags=-Wl,-z,lazy -Wl,-z,norelro'"
flags sysv "'-extldflags=-Wl,--hash-style=sysv'"
flags gnu-hash "'-extldflags=-Wl,--hash-style=gnu'"
flags bsymbolic "'-extldflags=-Wl,-Bsymbolic'"
flags bsymbolic-functions "'-extldflags=-Wl,-Bsymbolic-functions'"
flags exclude-libs "'-extldflags=-Wl,--exclude-libs,ALL'"
flags gc-sections "'-extldflags=-Wl,--gc-sections'"
flags nodelete "'-extldflags=-Wl,-z,nodelete'"
flags nodlopen "'-extldflags=-Wl,-z,nodlopen'"
flags nodefaultlib "'-extldflags=-Wl,-z,nodefaultlib'"
flags initfirst "'-extldflags=-Wl,-z,initfirst'"
flags interpose "'-extldflags=-Wl,-z,interpose'"
flags global "'-extldflags=-Wl,-z,global'"
flags origin "'-extldflags=-Wl,-z,origin'"
flags execstack "'-extldflags=-Wl,-z,execstack'"
flags textrel "'-extldflags=-Wl,-z,notext'"
flags relr "'-extldflags=-Wl,-z,pack-relative-relocs'"
flags pages-2m "'-extldflags=-Wl,-z,max-page-size=0x200000'"
flags pages-64k "'-extldflags=-Wl,-z,max-page-size=65536 -Wl,-z,common-page-size=65536'"
flags one-segment "'-extldflags=-Wl,-z,noseparate-code'"
flags omagic "'-extldflags=-Wl,-N'"
flags shstk "'-extldflags=-Wl,-z,shstk -Wl,-z,ibt'"
flags isa-v2 "'-extldflags=-Wl,-z,x86-64-v2'"
flags isa-v4 "'-extldflags=-Wl,-z,x86-64-v4'"
flags emit-relocs "'-extldflags=-Wl,--emit-relocs'"
flags nocopyreloc "'-extldflags=-Wl,-z,nocopyreloc'"
flags build-id-none "'-extldflags=-Wl,--build-id=none'"
flags build-id-uuid "'-extldflags=-Wl,--build-id=uuid'"
flags soname "'-extldflags=-Wl,-soname,libc.so.6'"
flags soname-own "'-extldflags=-Wl,-soname,plugin.so.1'"
flags undefined "'-extldflags=-Wl,-u,no_such_symbol_at_all -Wl,--unresolved-symbols=ignore-all'"
flags wrap "'-extldflags=-Wl,--defsym=extra_symbol=42'"
flags start-nothing "'-extldflags=-Wl,-e,0'"
flags strip-all "'-extldflags=-Wl,-s'"
flags no-eh "'-extldflags=-Wl,--no-eh-frame-hdr'"
flags pie "'-extldflags=-pie'"
flags static "'-extldflags=-static'"
flags nostdlib "'-extldflags=-nostdlib'"
flags nostartfiles "'-extldflags=-nostartfiles'"
flags compress-zstd "'-extldflags=-Wl,--compress-debug-sections=zlib-gabi'"
flags traditional "'-extldflags=-Wl,-z,combreloc -Wl,--sort-common -Wl,-O2 -Wl,--relax'"
flags filter "'-extldflags=-Wl,-F,libnosuch.so'"
flags auxiliary "'-extldflags=-Wl,-f,libnosuch.so'"
flags audit "'-extldflags=-Wl,--audit,libnosuch.so'"
printf 'V1 { global: *; };\n' > out/all.map
printf 'V1 { local: *; };\n' > out/none.map
printf 'V1 { global: example.com*; local: *; };\n' > out/own.map
printf '{ global: *; local: go:link.*; };\n' > out/nohash.map
for m in all none own nohash; do flags "script-$m" "'-extldflags=-Wl,--version-script=$PWD/out/$m.map'"; done
# Two of those that keep something to themselves, one after another, and what comes after them.
sequence usual flags-bsymbolic.so
sequence usual flags-bsymbolic-functions.so flags-extld-now.so first.so
sequence usual first.so flags-script-own.so
sequence usual first.so flags-bsymbolic.so
sequence usual flags-script-all.so first.so flags-sysv.so
sequence usual flags-nodlopen.so first.so
