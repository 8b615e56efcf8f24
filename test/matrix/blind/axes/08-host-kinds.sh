# Hosts that a person would take for one, and kinds of hosts.
module h example.com/kinds
printf 'package main\n\nimport (_ "fmt"; _ "encoding/json")\n' > h/with.go
host pie h -buildmode=pie
host pie-stripped h -buildmode=pie -ldflags='-s -w'
host internal h -ldflags=-linkmode=internal
host external h -ldflags=-linkmode=external
host static h -ldflags="-linkmode=external '-extldflags=-static'"
host static-pie h -buildmode=pie -ldflags="-linkmode=external '-extldflags=-static-pie'"
CGO_ENABLED=0 host no-cgo h
CC=musl-gcc host musl h -ldflags=-linkmode=external
host no-buildid h -ldflags=-buildid=
host aslr h -ldflags=-aslr=false
host random h -ldflags=-randlayout=9
CGO_LDFLAGS='-Wl,-z,nodlopen' host nodlopen h
cp out/external out/eu && eu-strip out/eu
cp out/external out/llvm && llvm-strip --strip-all out/llvm
cp out/external out/no-buildinfo && objcopy --remove-section .go.buildinfo out/no-buildinfo 2>/dev/null
cp out/external out/no-sections && llvm-strip --strip-sections out/no-sections 2>/dev/null
cp out/external out/patched && patchelf --set-rpath /opt/x out/patched
cp out/external out/added && patchelf --add-needed libm.so.6 out/added
cp out/external out/x-debug && objcopy --compress-debug-sections out/x-debug
ln -s external out/by-link
cp "$COMMON/first.so" out/first.so
module p example.com/kinds-plugin
printf 'package main\n\nimport "encoding/json"\n\nfunc F() ([]byte, error) { return json.Marshal(1) }\n' > p/main.go
plugin json p
plugin json-pie-flags p -ldflags='-s -w -buildid='
for one in pie pie-stripped internal external static static-pie no-cgo musl no-buildid aslr random nodlopen eu llvm no-buildinfo no-sections patched added x-debug by-link; do pair $one json.so first.so; done
sequence pie json.so first.so json.so json-pie-flags.so
sequence static json.so first.so
sequence no-cgo json.so first.so
sequence no-sections first.so json-pie-flags.so json.so
