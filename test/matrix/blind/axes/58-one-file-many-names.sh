# The same bytes by other names in one process: realpath, device and inode, and plugin path decide at different times.
cp "$COMMON/first.so" out/a.so; cp out/a.so out/copy.so; ln out/a.so out/hard.so; mkdir -p out/dir out/deep/er; ln -s ../a.so out/dir/soft.so; ln -s "$PWD/out" out/deep/er/up; cp --reflink=auto out/a.so 'out/a b.so'
printf 'package main\n\nfunc Entry() {}\n' > e.go; (go build -buildmode=plugin -o out/other.so e.go) > out/other.log 2>&1
P=$PWD/out
pair plain "$P/./a.so" "$P//a.so" "$P/dir/../a.so" "$P/deep/er/up/deep/er/up/a.so" "$P/a.so/" "$P/dir/soft.so" "$P/$(printf './%.0s' {1..500})a.so"
sequence plain "$P/a.so" "$P/./a.so" "$P//a.so" "$P/dir/../a.so" "$P/dir/soft.so"
sequence plain "$P/dir/soft.so" "$P/deep/er/up/a.so" "$P/hard.so" "$P/a.so"
sequence plain "$P/hard.so" "$P/hard.so" "$P/a.so" "$P/hard.so"
sequence plain "$P/copy.so" "$P/hard.so" "$P/a.so" "$P/copy.so"
sequence plain "$P/a.so" "$P/other.so" "$P/hard.so" "$P/other.so"
sequence plain "$P/hard.so" "$P/other.so" "$P/a.so" "$P/a.so"
sequence plain "$P/a b.so" "$P/a.so" "$P/other.so" "$P/a b.so"
sequence plain "$P/dir/soft.so" "$P/a.so/" "$P/a.so"
