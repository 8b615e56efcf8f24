# C, C++ and Fortran behind cgo; exports of the host that a plugin's C calls; C compilers that differ.
module c example.com/c
printf 'package main\n\n/*\n#include <math.h>\n#include <stdlib.h>\n#cgo LDFLAGS: -lm\nstatic double r(double x) { return sqrt(x) + cbrt(x); }\n*/\nimport "C"\n\nfunc R(x float64) float64 { return float64(C.r(C.double(x))) }\n' > c/main.go
plugin c-gcc c
CC=clang plugin c-clang c
CGO_CFLAGS='-O0 -g3' plugin c-O0 c
CGO_CFLAGS='-O3 -flto' plugin c-lto c
CGO_CFLAGS='-fvisibility=hidden' plugin c-hidden c
CGO_LDFLAGS='-Wl,--as-needed' plugin c-as-needed c
CGO_LDFLAGS='-Wl,--no-as-needed -lz -lpthread -lrt -ldl' plugin c-many-libs c
CGO_LDFLAGS='-static-libgcc' plugin c-static-libgcc c
module cpp example.com/cpp
printf 'package main\n\n// #cgo LDFLAGS: -lstdc++\n// int words(const char*);\nimport "C"\n\nfunc Words() int { return int(C.words(C.CString("a b c"))) }\n' > cpp/main.go
put cpp/words.cc <<'C'
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <stdexcept>
template <class T> struct Registry { static std::map<std::string, T>& all() { static std::map<std::string, T> m; return m; } };
inline int& counter() { static int n; return n; }
thread_local std::string last;
static struct Before { Before() { Registry<int>::all()["x"] = ++counter(); } } before;
extern "C" int words(const char* s) { std::istringstream in(s); int n = 0; while (in >> last) n++; try { throw std::runtime_error("x"); } catch (...) { n++; } return n; }
C
plugin cpp cpp
CGO_LDFLAGS='-static-libstdc++ -static-libgcc' plugin cpp-static cpp
CGO_CXXFLAGS='-fno-gnu-unique' plugin cpp-no-unique cpp
CC=clang CXX=clang++ plugin cpp-clang cpp
cp -r cpp cpp2 && sed -i 's#example.com/cpp#example.com/cpp2#' cpp2/go.mod && plugin cpp-second cpp2
module fortran example.com/fortran
printf 'package main\n\n// #cgo LDFLAGS: -lgfortran -lm\n// double norm_(int*, double*);\nimport "C"\n\nfunc Norm() float64 { n := C.int(1); x := C.double(2); return float64(C.norm_(&n, &x)) }\n' > fortran/main.go
printf '      double precision function norm(n, x)\n      integer n\n      double precision x(n)\n      norm = sqrt(sum(x*x))\n      write(*,*) norm\n      end\n' > fortran/norm.f
plugin fortran fortran
pair plain c-gcc.so c-clang.so c-O0.so c-lto.so c-hidden.so c-as-needed.so c-many-libs.so c-static-libgcc.so cpp.so cpp-static.so cpp-no-unique.so cpp-clang.so cpp-second.so fortran.so
pair usual c-clang.so cpp.so fortran.so
sequence plain cpp.so cpp-second.so cpp-clang.so fortran.so c-gcc.so
sequence plain cpp-static.so cpp.so cpp.so cpp-second.so c-lto.so c-gcc.so

# A host with C of its own, that exports Go functions to C.
module hc example.com/hc
printf 'package main\n\n// static int own(void) { return 1; }\nimport "C"\n\n//export HostLog\nfunc HostLog(n C.int) C.int { return n + C.own() }\n' > hc/with.go
host hc hc
CC=clang host hc-clang hc
host hc-internal hc -ldflags=-linkmode=internal
module calls example.com/calls
printf 'package main\n\n// #cgo LDFLAGS: -Wl,--unresolved-symbols=ignore-all\n// int HostLog(int);\n// static int call(int n) { return HostLog(n); }\nimport "C"\n\nfunc Call() int { return int(C.call(1)) }\n' > calls/main.go
plugin calls-host calls
cp -r calls weak && sed -i 's#calls#weak#' weak/go.mod && sed -i 's#// int HostLog(int);#// int __attribute__((weak)) HostLog(int);#;s#return HostLog(n)#return HostLog ? HostLog(n) : 0#' weak/main.go
plugin calls-host-weakly weak
pair hc calls-host.so calls-host-weakly.so cpp.so
pair hc-clang calls-host.so c-gcc.so
pair hc-internal calls-host.so c-gcc.so first.so
pair plain calls-host.so calls-host-weakly.so
# What an earlier plugin exports to C is in scope for the next.
module exports example.com/exports
printf 'package main\n\nimport "C"\n\n//export HostLog\nfunc HostLog(n C.int) C.int { return n }\n' > exports/main.go
plugin exports exports
sequence plain calls-host.so exports.so calls-host.so
sequence plain exports.so calls-host.so
sequence plain calls-host-weakly.so exports.so c-gcc.so calls-host.so
sequence hc exports.so calls-host.so calls-host-weakly.so

# The same with the resolver: netgo against cgo.
module net example.com/net
printf 'package main\n\nimport ("net"; "os/user")\n\nfunc F() { net.LookupHost("x"); user.Current() }\n' > net/main.go
module hnet example.com/hnet
printf 'package main\n\nimport (_ "net"; _ "os/user")\n' > hnet/with.go
plugin net-cgo net
plugin net-go net -tags netgo,osusergo
host hnet-cgo hnet
host hnet-go hnet -tags netgo,osusergo
pair hnet-cgo net-cgo.so net-go.so
pair hnet-go net-cgo.so net-go.so
pair plain net-go.so net-cgo.so
sequence plain net-go.so net-cgo.so
