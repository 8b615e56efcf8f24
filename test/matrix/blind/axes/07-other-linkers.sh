# Hosts and plugins from other linkers, and from a second C compiler.
module p example.com/linkers
printf 'package main\n\n// static int one(void) { return 1; }\nimport "C"\nimport "fmt"\n\nvar V = "x"\n\nfunc F() { fmt.Println(V, C.one()) }\n' > p/main.go
module h example.com/hlinkers
printf 'package main\n\nimport (_ "fmt"; _ "net/http")\n' > h/with.go
ld() { plugin "ld-$1" p -ldflags="-linkmode=external '-extldflags=$2'"; pair usual "ld-$1.so"; }
ld gold -fuse-ld=gold
ld lld -fuse-ld=lld
ld mold -fuse-ld=mold
ld lld-relr '-fuse-ld=lld -Wl,--pack-dyn-relocs=relr'
ld lld-android '-fuse-ld=lld -Wl,--pack-dyn-relocs=android'
ld lld-android-relr '-fuse-ld=lld -Wl,--pack-dyn-relocs=android+relr'
ld lld-icf '-fuse-ld=lld -Wl,--icf=all'
ld lld-one '-fuse-ld=lld -Wl,--no-rosegment'
ld lld-norelro '-fuse-ld=lld -Wl,-z,norelro'
ld lld-sysv '-fuse-ld=lld -Wl,--hash-style=sysv'
ld lld-bsymbolic '-fuse-ld=lld -Wl,-Bsymbolic-non-weak-functions'
ld gold-icf '-fuse-ld=gold -Wl,--icf=all -Wl,--hash-style=gnu'
ld mold-relr '-fuse-ld=mold -Wl,-z,pack-relative-relocs'
ld mold-icf '-fuse-ld=mold -Wl,--icf=all'
ld mold-quick '-fuse-ld=mold -Wl,-Bsymbolic'
ld bfd-O1 '-fuse-ld=bfd -Wl,-O1,--sort-common,--as-needed,-z,relro,-z,now,-z,pack-relative-relocs'
for one in gold lld mold; do
  host host-$one h -ldflags="-linkmode=external '-extldflags=-fuse-ld=$one'"
  pair host-$one ld-gold.so ld-lld.so ld-mold.so first.so
done
host host-lld-relr h -ldflags="-linkmode=external '-extldflags=-fuse-ld=lld -Wl,--pack-dyn-relocs=relr'"
host host-sysv h -ldflags="-linkmode=external '-extldflags=-Wl,--hash-style=sysv'"
host host-hidden h -ldflags="-linkmode=external '-extldflags=-Wl,--no-export-dynamic'"
host host-gc h -ldflags="-linkmode=external '-extldflags=-Wl,--gc-sections -Wl,-O1 -Wl,--as-needed'"
printf '{ runtime.*; };\n' > out/some.list
host host-list h -ldflags="-linkmode=external '-extldflags=-Wl,--no-export-dynamic -Wl,--dynamic-list=$PWD/out/some.list'"
host host-now h -ldflags="-linkmode=external '-extldflags=-Wl,-z,now -Wl,-z,relro -pie'" -buildmode=pie
for one in host-lld-relr host-sysv host-hidden host-gc host-list host-now; do pair $one first.so ld-lld.so; done
sequence usual ld-gold.so ld-lld.so first.so
sequence host-mold first.so ld-gold.so first.so
sequence host-hidden first.so ld-gold.so
