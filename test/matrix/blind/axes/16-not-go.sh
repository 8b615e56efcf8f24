# C, C++, Rust and other libraries handed to plugin.Open.
c() { local name=$1; shift; if gcc -x c -shared -fPIC -o out/$name.so - "$@" > out/$name.log 2>&1; then pair plain $name.so; else note_missing $name.so out/$name.log; fi; }
c empty-c < /dev/null
echo 'void Entry(void) {}' | c entry-c
printf '#include <stdio.h>\nint Entry(void) { return puts("x"); }\nstatic void __attribute__((constructor)) hi(void) { puts("ctor"); }\n' | c constructor-c
printf 'int data[1000000]; __thread int t; int Entry(void) { return data[t]; }\n' | c tls-c -O2
printf 'void runtime_addmoduledata(void) {} void Entry(void) {}\n' | c go-like-c
printf 'void f(void) __asm__("runtime.addmoduledata"); void f(void) {} void Entry(void) {}\n' | c interposes-go
printf 'static int f(void) { return 1; } static void* r(void) { return f; } int Entry(void) __attribute__((ifunc("r")));\n' | c ifunc-c
printf 'int missing(void); int Entry(void) { return missing(); }\n' | c undefined-c
printf 'extern int missing; int Entry(void) { return missing; }\n' | c undefined-data-c
printf 'int missing(void) __attribute__((weak)); int Entry(void) { return missing ? 1 : 0; }\n' | c undefined-weak-c
printf 'int Entry(void) { return 0; }\n' | c no-libc -nostdlib
printf 'int Entry(void) { return 0; }\n' | c nodlopen-c -Wl,-z,nodlopen
printf 'const char note[] __attribute__((section(".note.otelcol"),aligned(4))) = "x"; int Entry(void) { return 0; }\n' | c odd-note-c
printf 'const char v[] __attribute__((section(".go.buildinfo"))) = "\\xff Go buildinf:\\x08\\x02"; int Entry(void) { return 0; }\n' | c lying-buildinfo-c
printf 'int Entry(void) { return 0; }\n' | c old-hash-c -Wl,--hash-style=sysv -Wl,--build-id=none -s
printf '#include <math.h>\ndouble Entry(double x) { return sin(x) + cbrt(x); }\n' | c libm-not-linked
printf '#include <pthread.h>\nint Entry(pthread_t t) { return pthread_join(t, 0); }\n' | c pthread
printf '#include <zlib.h>\nconst char* Entry(void) { return zlibVersion(); }\n' | sed 's/#include <zlib.h>/const char *zlibVersion(void);/' | c zlib-not-linked
printf 'struct S { S(); ~S(); } s; S::S() {} S::~S() {} extern "C" int Entry() { try { throw 1; } catch (int) { return 1; } }\n' | g++ -x c++ -shared -fPIC -o out/cpp.so - ; pair plain cpp.so
printf '      subroutine entry()\n      write(*,*) 1\n      end\n' > f.f && gfortran -shared -fPIC -o out/fortran.so f.f && pair plain fortran.so
printf 'int Entry(void) { return 0; }\n' | tcc -shared -o out/tcc.so - 2> out/tcc.log && pair plain tcc.so || note_missing tcc.so out/tcc.log
printf 'int Entry(void) { return 0; }\n' | musl-gcc -x c -shared -fPIC -o out/musl.so - 2> out/musl.log && pair plain musl.so || note_missing musl.so out/musl.log
printf '#include <stdio.h>\nint Entry(void) { return printf("x"); }\n' | musl-gcc -x c -shared -fPIC -o out/musl-stdio.so - 2> out/musl2.log && pair plain musl-stdio.so || note_missing musl-stdio.so out/musl2.log
printf 'int Entry(void) { return 0; }\n' | aarch64-linux-gnu-gcc -x c -shared -fPIC -o out/arm-c.so - && pair plain arm-c.so
printf '#![allow(non_snake_case)]\n#[no_mangle]\npub extern "C" fn Entry() -> usize { std::env::args().count() }\n' > lib.rs
for kind in cdylib dylib; do rustc --crate-type $kind -C prefer-dynamic=no -o out/rust-$kind.so lib.rs > out/rust.log 2>&1 && pair plain rust-$kind.so || note_missing rust-$kind.so out/rust.log; done
rustc --crate-type cdylib -C panic=abort -C strip=symbols -C opt-level=z -o out/rust-abort.so lib.rs && pair plain rust-abort.so
rustc --crate-type cdylib -C prefer-dynamic=yes -o out/rust-dynamic.so lib.rs 2> out/rust.log && pair plain rust-dynamic.so || note_missing rust-dynamic.so out/rust.log
printf '#![no_std]\n#[panic_handler] fn p(_: &core::panic::PanicInfo) -> ! { loop {} }\n#[no_mangle] pub extern "C" fn Entry() {}\n' > nostd.rs; rustc --crate-type cdylib -C panic=abort -o out/rust-nostd.so nostd.rs 2> out/rust.log && pair plain rust-nostd.so || note_missing rust-nostd.so out/rust.log
cp "$(ls /usr/lib/python3*/lib-dynload/*.so /usr/lib/python3/dist-packages/*.so 2>/dev/null | head -1)" out/python.so 2>/dev/null && pair plain python.so
for sys in libz.so.1 libstdc++.so.6 libgcc_s.so.1 libpthread.so.0 libnss_files.so.2; do [ -e /lib/x86_64-linux-gnu/$sys ] && cp -L /lib/x86_64-linux-gnu/$sys out/sys-$sys && pair plain sys-$sys; done
cp "$COMMON/first.so" out/go.so
sequence plain go.so entry-c.so go.so rust-cdylib.so
sequence plain go.so undefined-c.so entry-c.so
sequence plain entry-c.so go.so
sequence plain undefined-c.so nodlopen-c.so arm-c.so go.so cpp.so
sequence plain go.so sys-libz.so.1 zlib-not-linked.so libm-not-linked.so
