# C libraries, Go c-shared libraries and broken plugins between good ones: which module is the last decides between an error and death.
gcc -x c -shared -fPIC -o out/c.so - <<< 'int x(void) { return 1; }'; gcc -x c -shared -fPIC -o out/c2.so - <<< 'int y(void) { return 1; }'
rustc --crate-type cdylib -o out/rust.so - <<< '#[no_mangle] pub extern "C" fn z() {}' 2> /dev/null
module dep1 example.com/dep; printf 'package dep\n\nfunc D() int { return 1 }\n' > dep1/d.go; cp -r dep1 dep2; sed -i 's/return 1/return 2/' dep2/d.go
for n in 1 2; do module p$n example.com/ng$n; printf 'require example.com/dep v1.0.0\nreplace example.com/dep => ../dep%s\n' $n >> p$n/go.mod; printf 'package main\n\nimport "example.com/dep"\n\nfunc F() int { return dep.D() }\n' > p$n/main.go; plugin p$n p$n -trimpath; done
module noentry example.com/noentry; printf 'package main\n\nfunc NoEntryHere() {}\n' > noentry/main.go; plugin noentry noentry -trimpath
for s in 'c.so p1.so' 'p1.so c.so c2.so p2.so' 'p1.so p2.so c.so' 'p1.so p2.so p2.so c.so' 'p2.so p1.so p1.so p2.so' 'noentry.so c.so noentry.so p1.so' 'p1.so rust.so p1.so rust.so' 'p1.so p2.so p1.so c.so' 'p2.so c.so p1.so noentry.so c2.so' 'p1.so c.so c.so p1.so'; do sequence plain-trim $s; done
sequence plain p1.so c.so
sequence plain first.so p1.so c.so
sequence usual first.so c.so rust.so p1.so p1.so
