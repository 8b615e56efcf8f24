# Other build modes named .so, and what happens to a plugin that comes after one.
module p example.com/modes
printf 'package main\n\nimport "C"\nimport "fmt"\n\n//export Entry\nfunc Entry() { fmt.Println(1) }\n\nfunc main() {}\n' > p/main.go
for mode in c-shared c-archive pie exe archive; do (cd p && go build -buildmode=$mode -o ../out/mode-$mode.so . ) > out/mode-$mode.log 2>&1 || note_missing mode-$mode.so out/mode-$mode.log; done
plugin mode-plugin p
plugin mode-plugin-main p -ldflags=-pluginpath=modes/two
(cd p && go build -buildmode=c-shared -o ../out/mode-c-shared-stripped.so -ldflags='-s -w' .)
(cd p && go build -buildmode=c-shared -trimpath -o ../out/mode-c-shared-trim.so .)
pair plain mode-c-shared.so mode-c-archive.so mode-pie.so mode-exe.so mode-archive.so mode-plugin.so mode-plugin-main.so mode-c-shared-stripped.so mode-c-shared-trim.so
pair usual mode-c-shared.so mode-plugin.so mode-pie.so
sequence plain mode-plugin.so mode-c-archive.so mode-pie.so mode-exe.so mode-plugin.so
sequence plain mode-plugin.so mode-c-shared.so
sequence plain mode-plugin.so mode-plugin-main.so mode-c-shared.so
# -linkshared, with no shared library installed
module hl example.com/hl; printf 'package main\n' > hl/with.go
host linkshared hl -linkshared && pair linkshared mode-plugin.so
(cd p && go build -linkshared -buildmode=plugin -o ../out/linkshared.so . ) > out/linkshared-plugin.log 2>&1 && pair plain linkshared.so || note_missing linkshared.so out/linkshared-plugin.log
