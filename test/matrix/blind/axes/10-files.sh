# Things named .so that are no plugins, and plugins behind odd names, links, file systems and permissions.
cp "$COMMON/first.so" out/one.so
cp out/one.so 'out/with space.so'; cp out/one.so $'out/new\nline.so'; cp out/one.so $'out/\xff\xfe.so'; cp out/one.so out/-dash.so; cp out/one.so out/.hidden.so
cp out/one.so out/noext; cp out/one.so out/.so; cp out/one.so out/two.so.so; cp out/one.so out/x.so.1; cp out/one.so 'out/quote".so'; cp out/one.so "out/$(printf 'n%.0s' {1..240}).so"; cp out/one.so 'out/$ORIGIN.so'; cp out/one.so 'out/a:b.so'; cp out/one.so out/UPPER.SO
pair plain 'with space.so' -dash.so .hidden.so noext .so two.so.so x.so.1 'quote".so' "$(printf 'n%.0s' {1..240}).so" '$ORIGIN.so' 'a:b.so' UPPER.SO
ln -s one.so out/link.so; ln -s link.so out/link-link.so; ln -s nowhere.so out/dangling.so; ln -s loop-b.so out/loop-a.so; ln -s loop-a.so out/loop-b.so; ln out/one.so out/hard.so; ln -s "$PWD/out" out/dir; cp out/one.so out/copy.so
pair plain link.so link-link.so dangling.so loop-a.so hard.so dir/one.so copy.so
mkdir out/folder.so; mkfifo out/fifo.so; : > out/empty.so; printf 'x' > out/one-byte.so; printf '\x7fELF' > out/magic.so; head -c 64 out/one.so > out/header.so; head -c 4096 /dev/zero > out/zeros.so; head -c 100000 /dev/urandom > out/random.so
ln -s /dev/null out/null.so; ln -s /dev/zero out/zero.so
python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind("out/socket.so")' 2>/dev/null
pair plain folder.so fifo.so empty.so one-byte.so magic.so header.so zeros.so random.so null.so zero.so socket.so nosuch.so
printf 'OUTPUT_FORMAT(elf64-x86-64)\nGROUP ( /lib/x86_64-linux-gnu/libc.so.6 )\n' > out/ldscript.so
cp /bin/true out/true.so; cp "$COMMON/plain" out/host.so; cp "$COMMON/usual" out/usual.so
printf 'int x;\n' | gcc -x c -c -o out/object.so -; printf 'int x;\n' | gcc -x c -shared -fPIC -o out/c.so -; printf 'int x;\n' | aarch64-linux-gnu-gcc -x c -shared -fPIC -nostdlib -o out/arm64.so -
printf 'int main(){return 0;}\n' | gcc -x c -no-pie -o out/exec.so -; printf 'int main(){return 0;}\n' | gcc -x c -static -o out/static.so -; printf 'int main(){return 0;}\n' | gcc -x c -static-pie -o out/static-pie.so -
printf 'int x;\n' | tcc -shared -o out/tcc.so - 2>/dev/null
cp /lib64/ld-linux-x86-64.so.2 out/ld.so; cp /lib/x86_64-linux-gnu/libc.so.6 out/libc.so; cp /lib/x86_64-linux-gnu/libm.so.6 out/libm.so; cp "$(ls /usr/lib/gcc/x86_64-linux-gnu/12/libgcc.a)" out/static-library.so
pair plain ldscript.so true.so host.so usual.so object.so c.so arm64.so exec.so static.so static-pie.so tcc.so ld.so libc.so libm.so static-library.so
chmod 000 out/copy.so; pair plain copy.so
mkdir -p out/noexec && mount -t tmpfs -o noexec,size=64m tmpfs out/noexec 2>/dev/null && cp out/one.so out/noexec/ && pair plain noexec/one.so
sequence plain one.so link.so hard.so copy.so one.so
sequence plain link.so one.so dir/one.so
sequence plain one.so c.so one.so libm.so
sequence plain one.so empty.so dangling.so folder.so arm64.so one.so
sequence plain hard.so one.so
sequence plain one.so true.so object.so host.so static-pie.so
sequence plain two.so.so one.so two.so.so
