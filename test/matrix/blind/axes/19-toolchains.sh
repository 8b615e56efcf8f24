# Toolchains of the proxy, old and new, and one version in two folders.
module p example.com/tc 1.21
printf 'package main\n\nimport "fmt"\n\nfunc F() { fmt.Println(1) }\n' > p/main.go
module h example.com/htc 1.21
printf 'package main\n\nimport _ "fmt"\n' > h/with.go
for v in 1.22.12 1.25.5 1.26.7 1.21.13 1.27.4; do
  export GOTOOLCHAIN=go$v
  plugin tc-$v p -trimpath; host host-$v h -trimpath
done
export GOTOOLCHAIN=local
plugin tc-local p -trimpath; host host-local h -trimpath
plugin tc-local-untrimmed p; host host-local-untrimmed h
for v in 1.21.13 1.22.12 1.25.5 1.26.7 1.27.4 local; do pair host-$v tc-$v.so tc-local.so tc-1.26.7.so; done
pair host-local tc-1.22.12.so tc-1.25.5.so tc-1.27.4.so
sequence host-local tc-1.26.7.so tc-local.so
sequence host-1.22.12 tc-local.so tc-1.22.12.so
sequence host-1.27.4 tc-1.27.4.so tc-1.26.7.so
sequence host-1.21.13 tc-1.21.13.so tc-1.22.12.so
# The distribution in two folders: with -trimpath nothing tells them apart.
cp -a "$(go env GOROOT)" goroot-copy
GO=$PWD/goroot-copy/bin/go
GO=$GO plugin tc-copy p; GO=$GO plugin tc-copy-trim p -trimpath
pair host-local tc-copy-trim.so; pair host-local-untrimmed tc-copy.so tc-local-untrimmed.so tc-copy-trim.so
unset GO; chmod -R u+w goroot-copy && rm -rf goroot-copy
